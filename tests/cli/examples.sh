#!/bin/sh
# What a client does after `make install`: examples/*.c built through pkg-config, against the shared
# and against the static library, and run. Also with a C++ compiler, where there is one.
. "$(dirname "$0")/lib.sh"
cd "$work" || exit 1
cc=${CC:-cc}
if ! command -v "$cc" >/dev/null || ! command -v pkg-config >/dev/null || ! command -v cmake >/dev/null; then
    skip "a compiler, pkg-config and cmake are not all here"
    finish
fi
if nm -D "${RSIFT_LIBRARY:?}" 2>/dev/null | grep -q -e __asan_ -e __tsan_ -e __gcov_; then
    skip "a build with sanitizers or coverage is not installed"
    finish
fi
cmake --install "$RSIFT_BUILD_DIR" --prefix "$work/usr" >install.log 2>&1 ||
    { fail "install" install.log; finish; }
libdir=$(dirname "$(find usr -name librsift.a)")
PKG_CONFIG_PATH=$work/$libdir/pkgconfig
export PKG_CONFIG_PATH
cflags=$(pkg-config --cflags rsift)

# build KIND NAME: examples/NAME.c -> KIND/NAME
build()
{
    mkdir -p "$1"
    case $1 in
    shared) flags="$(pkg-config --libs rsift) -Wl,-rpath,$work/$libdir" ;;
    static) flags=$(pkg-config --static --libs rsift | sed 's/-lrsift/-l:librsift.a/') ;;
    esac
    # shellcheck disable=SC2086
    check_exit "$1: $2.c compiles without a warning" 0 "$cc" -std=c11 -Wall -Wextra -Wpedantic \
        -Werror $cflags "$RSIFT_SOURCE_DIR/examples/$2.c" $flags -o "$1/$2"
}

"$RSIFT_SYNTH" release vrsbench --images 6 --side 64 --seed 3 --out data >/dev/null ||
    { fail "synth"; finish; }
for kind in shared static; do
    for name in list query emit picture; do build $kind $name; done
    check_exit "$kind: list" 0 $kind/list
    check_says "$kind: list finds a dataset" '"id":"levir-cc"'
    check_says "$kind: list shows options" '"name":"min_pixels"'
    check_exit "$kind: query" 0 $kind/query data $kind-work
    check_says "$kind: query counts" "vqa"
    check_exit "$kind: emit" 0 $kind/emit $kind-work $kind.yaml $kind-out
    check_says "$kind: emit shows progress" "emit"
    check_is "$kind: emit wrote" 1 "$([ -s $kind-out/train.json ] && echo 1)"
    check_exit "$kind: picture" 0 $kind/picture $kind-work $kind.png
    check_says "$kind: picture has a size" "32 x 32"
done
check_is "the static program needs no librsift.so" 0 "$(ldd static/list | grep -c librsift)"
check_same "shared and static write the same" shared-out/train.json static-out/train.json
if command -v c++ >/dev/null; then
    printf '%s\n' '#include <rsift/rsift.h>' 'int main() {' \
        'rsift_context_options o = RSIFT_OPTIONS(rsift_context_options);' \
        'rsift_context *c = nullptr; return rsift_context_new(&o, &c, nullptr); }' >cxx.cc
    # shellcheck disable=SC2086
    check_exit "C++" 0 c++ -std=c++11 -Wall -Werror $cflags cxx.cc $(pkg-config --libs rsift) \
        "-Wl,-rpath,$work/$libdir" -o cxx
    check_exit "C++ runs" 0 ./cxx
fi
finish
