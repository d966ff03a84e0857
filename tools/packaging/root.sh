# SPDX-License-Identifier: Apache-2.0
# A fresh Debian 12 in a folder, for installing packages. Sourced after tools/common.sh; needs root.

roots=$root/build/package

# The mirror of this machine's own packages.
debian_mirror() {
  local found=${PROCLEDGER_DEBIAN_MIRROR:-}
  [[ -n $found ]] || found=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/$') || true
  [[ -n $found ]] || die "no Debian mirror among this machine's package sources: name one with PROCLEDGER_DEBIAN_MIRROR"
  say "$found"
}

# fresh_root <folder>: a system by debootstrap. The first run downloads for minutes and keeps the result in a file for later runs.
fresh_root() {
  local image=$roots/bookworm.tar
  if [[ ! -e $image ]]; then
    say "making a Debian 12 with debootstrap ..."
    rm -rf "$roots/first"
    if ! debootstrap --variant=minbase bookworm "$roots/first" "$(debian_mirror)" >"$roots/debootstrap.log" 2>&1; then
      rm -rf --one-file-system "$roots/first"
      tail -n 5 "$roots/debootstrap.log" >&2
      die "debootstrap failed"
    fi
    tar -C "$roots/first" -cf "$image.new" . && mv "$image.new" "$image"
    rm -rf --one-file-system "$roots/first"
  fi
  rm -rf --one-file-system "$1"
  mkdir -p "$1"
  tar -C "$1" -xpf "$image"
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d" # services cannot run here
  chmod 755 "$1/usr/sbin/policy-rc.d"
  cp /etc/resolv.conf "$1/etc/resolv.conf"
}

# in_root <folder> <command...>: with the host's /proc and /sys, mounted in a separate namespace, so that nothing stays mounted after any kind
# of end.
in_root() {
  unshare --mount --propagation private sh -eu -c 'mount --rbind /proc "$1/proc"; mount --rbind /sys "$1/sys"; mount --bind /dev "$1/dev"
    root=$1; shift; exec chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"' \
    - "$@"
}

# install_in_root <folder> <deb>: with its dependencies, by apt alone.
install_in_root() {
  install -m 644 "$2" "$1/tmp/"
  in_root "$1" apt-get install -qy --no-install-recommends -o Dpkg::Use-Pty=0 "/tmp/$(basename "$2")"
}
