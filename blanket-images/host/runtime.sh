# The Java of a host: what the agent needs of this machine's own, linked into a folder of its own.

build() {
  local jdk
  jdk=$("$here/../bin/jdk")
  "$jdk/bin/jlink" --add-modules java.se,jdk.crypto.cryptoki,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs \
    --strip-debug --no-header-files --no-man-pages --output "$scratch/java"
  tar -C "$scratch" --sort=name --owner=0 --group=0 -czf "$1" java
}
