# SPDX-License-Identifier: Apache-2.0
# The rows of the matrix, and their packages from the mirror. apt works in its own folders and does not change the sources, lists and
# packages of the machine.

rows=(5.10 6.1 6.12 8cpu host newest arm64)
declare -A suite_of=([5.10]=bullseye [6.1]=bookworm [6.12]=trixie [8cpu]=trixie [newest]=sid [arm64]=bookworm)
# The kernel of a row, if another row has the same kernel; the CPUs of a guest (default 2); additional options of its kernel.
declare -A kernel_of=([8cpu]=6.12)
declare -A cpus_of=([8cpu]=8)
declare -A options_of=([8cpu]="isolcpus=3 nohz_full=3 maxcpus=7")
# tools/matrix broken: the first kernel has to refuse the broken programs, the second to accept them.
broken_rows=(5.10 6.1)

cache=${PROCLEDGER_MATRIX_CACHE:-$root/build/matrix-cache}

architecture_of() {
  if [[ $1 == arm64 ]]; then say arm64; else say amd64; fi
}

# The Debian mirror of this machine.
mirror() {
  local found=${PROCLEDGER_DEBIAN_MIRROR:-}
  [[ -n $found ]] || found=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/$') || true
  [[ -n $found ]] || die "no Debian mirror among this machine's package sources: name one with PROCLEDGER_DEBIAN_MIRROR"
  say "$found"
}

# debian <suite> <architecture> <apt-get argument...>: apt-get for a machine of that suite with no packages installed.
debian() {
  local home=$cache/apt/$1-$2 architecture=$2
  shift 2
  apt-get -qq -o Dir::Etc::sourcelist="$home/list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$home/lists" \
    -o Dir::State::status="$home/status" -o Dir::Cache="$home/cache" -o APT::Architecture="$architecture" \
    -o APT::Architectures="$architecture" -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}

# open_suite <suite> <architecture>: downloads the list of packages, once in a run.
open_suite() {
  local home=$cache/apt/$1-$2 from log=$results/matrix-apt.log
  [[ ! -e $home/list ]] || return 0
  from=$(mirror)
  mkdir -p "$home/lists/partial" "$home/cache/archives/partial"
  : >"$home/status"
  say "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from $1 main" >"$home/list"
  debian "$1" "$2" update -o APT::Update::Error-Mode=any >"$log" 2>&1 || {
    rm -rf "$home"
    tail -n 5 "$log" >&2
    die "cannot read Debian $1 from $from, and $cache has no earlier download: connect to a mirror once, or set PROCLEDGER_DEBIAN_MIRROR"
  }
}

# download <suite> <architecture> <package>: downloads a package and prints the path of the file.
download() {
  local home=$cache/apt/$1-$2
  rm -f "$home/$3"_*.deb
  (cd "$home" && debian "$1" "$2" download "$3") >"$results/matrix-apt.log" 2>&1 || {
    tail -n 5 "$results/matrix-apt.log" >&2
    die "cannot download $3 of Debian $1 ($2)"
  }
  ls "$home/$3"_*.deb
}

image_in() { dpkg-deb --fsys-tarfile "$1" | tar -t | awk '/\/vmlinuz(-[^\/]*)?$/ { image = $0 } END { print image }'; }

# Names of packages contain changing version numbers: the meta package depends on the package with the image, since 7.x through a second
# package.
fetch_kernel() {
  local row=$1 suite=${suite_of[$1]} architecture package deb image=
  architecture=$(architecture_of "$row")
  local folder=$cache/kernels/$row
  [[ ! -e $folder/package ]] || return 0
  open_suite "$suite" "$architecture"
  package=linux-image-cloud-$architecture
  for _ in meta image binary; do
    deb=$(download "$suite" "$architecture" "$package")
    image=$(image_in "$deb")
    [[ -z $image ]] || break
    package=$(dpkg-deb -f "$deb" Depends | tr ',|' '\n' | sed 's/^ *//; s/ .*//' | grep -m1 -E '^linux-(image|binary)-') || break
  done
  [[ -n $image ]] || die "no kernel image behind linux-image-cloud-$architecture of Debian $suite"
  mkdir -p "$folder"
  dpkg-deb --fsys-tarfile "$deb" | tar -xO "$image" >"$folder/vmlinuz"
  say "$package $(dpkg-deb -f "$deb" Version)" >"$folder/package"
  say "fetched $(<"$folder/package") for $row"
}

# The libraries of the project for arm64 with their dependencies. The cross compiler has the headers of the C library.
fetch_sysroot() {
  local folder=$cache/sysroot-arm64 home=$cache/apt/bookworm-arm64 packages deb
  mapfile -t packages < <("$root/tools/install_deps" libraries)
  if [[ ! -e $folder/complete || $(<"$folder/complete") != "${packages[*]}" ]]; then # the list of packages may have changed
    open_suite bookworm arm64
    debian bookworm arm64 install --yes --download-only --no-install-recommends busybox-static libstdc++6 "${packages[@]}" \
      >"$results/matrix-apt.log" 2>&1 || {
      tail -n 5 "$results/matrix-apt.log" >&2
      die "cannot download the arm64 libraries"
    }
    rm -rf "$folder"
    mkdir -p "$folder/usr/lib" "$folder/usr/bin"
    ln -s usr/lib "$folder/lib"
    ln -s usr/bin "$folder/bin"
    for deb in "$home"/cache/archives/*.deb; do
      case ${deb##*/} in
      libc6-dev_* | linux-libc-dev_* | libc-dev-bin_*) ;;
      *) dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$folder" ;;
      esac
    done
    say "${packages[*]}" >"$folder/complete"
    say "fetched the arm64 libraries"
  fi
  ln -sfn "$folder" "$root/build/sysroot-arm64"
}

fetch_row() {
  [[ $1 != host ]] || return 0
  fetch_kernel "${kernel_of[$1]:-$1}"
  [[ $1 != arm64 ]] || fetch_sysroot
}
