# The Java of all processes: what they need of this machine's JDK, linked into a folder of its own. The start-up cache of an installation fits
# no other.

build() {
  local jdk
  jdk=$("$here/../bin/jdk")
  "$jdk/bin/jlink" --add-modules java.se,jdk.crypto.cryptoki,jdk.httpserver,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs \
    --generate-cds-archive --strip-debug --no-header-files --no-man-pages --output "$scratch/java" ||
    die "no runtime can be linked from $jdk; some distributions have what jlink needs in a package of its own, with jmods in its name"
  tar -C "$scratch" --sort=name --owner=0 --group=0 -czf "$1" java
}
