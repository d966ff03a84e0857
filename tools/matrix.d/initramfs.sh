# SPDX-License-Identifier: Apache-2.0
# The initramfs of a guest: busybox, the tests at the path of their build, and the libraries that the tests link.

# copy_program <stage> <root of libraries> <triplet> <program>: copies a program, stripped by $strip, with its loader and libraries.
copy_program() {
  local stage=$1 from=$2 triplet=$3 program=$4 loader
  mkdir -p "$stage$(dirname "$program")" "$stage/lib/$triplet"
  "$strip" -o "$stage$program" "$program"
  loader=$(readelf -lW "$program" | sed -n 's/.*program interpreter: \(.*\)]/\1/p')
  [[ -n $loader ]] || return 0 # static
  copy_libraries "$stage/lib/$triplet" "$from" "$triplet" "$program"
  mkdir -p "$stage$(dirname "$loader")"
  [[ -e $stage$loader ]] || ln -s "/lib/$triplet/$(basename "$loader")" "$stage$loader"
}

# copy_libraries <to> <root> <triplet> <file>: copies the libraries that the file needs, recursively.
copy_libraries() {
  local to=$1 from=$2 triplet=$3 name found
  while read -r name; do
    [[ ! -e $to/$name ]] || continue
    found=$from/usr/lib/$triplet/$name
    [[ -e $found ]] || die "$4 needs $name, which is not in $from/usr/lib/$triplet"
    cp -L "$found" "$to/$name"
    copy_libraries "$to" "$from" "$triplet" "$found"
  done < <(readelf -dW "$4" | sed -n 's/.*(NEEDED).*\[\(.*\)]/\1/p')
}

# initramfs <architecture> <tests program>: makes the initramfs from the current build and prints its path.
initramfs() {
  local architecture=$1 tests=$2 build libraries= triplet=x86_64-linux-gnu busybox=/bin/busybox strip=strip program
  local made=$cache/initramfs-$architecture-$tests stage
  build=$root/build/dev
  if [[ $architecture == arm64 ]]; then
    build=$root/build/arm64 libraries=$root/build/sysroot-arm64 triplet=aarch64-linux-gnu busybox=$libraries/bin/busybox
    strip=aarch64-linux-gnu-strip
  fi
  stage=$(mktemp -d)
  mkdir -p "$stage"/{bin,proc,sys,dev,tmp,etc,lib,usr}
  ln -s ../lib "$stage/usr/lib"
  cp "$busybox" "$stage/bin/busybox"
  ln -s busybox "$stage/bin/sh"
  cp "$root/tools/matrix.d/init" "$stage/init"
  cp "$root/tools/matrix.d/run" "$stage/run"
  say 'root:x:0:0:root:/:/bin/sh' >"$stage/etc/passwd"
  for program in "$build/tests/matrix/$tests" "$build"/testprogs/* "$build/procledger"; do
    [[ ! -f $program ]] || copy_program "$stage" "$libraries" "$triplet" "$program"
  done
  (cd "$stage" && find . | busybox cpio -o -H newc 2>/dev/null) >"$made"
  rm -rf "$stage"
  say "$made"
}
