# Makes a directory that holds one of everything that a root file system can hold; as an ordinary user what such a one may make.
# With "large" as the second argument also a file of 9 GB, all of it a hole.
import os, socket, struct, subprocess, sys

base = os.fsencode(sys.argv[1])
root = os.geteuid() == 0
os.umask(0)


def at(name):
    return os.path.join(base, name if isinstance(name, bytes) else name.encode())


def put(name, content=b"", mode=0o644):
    os.makedirs(os.path.dirname(at(name)), exist_ok=True)
    with open(at(name), "wb") as file:
        file.write(content)
    os.chmod(at(name), mode)


def sparse(name, size, regions):
    with open(at(name), "wb") as file:
        file.truncate(size)
        for offset, content in regions:
            file.seek(offset)
            file.write(content)


os.makedirs(base, exist_ok=True)
for size in [0, 1, 511, 512, 513, 4096, 70000, 3000000]:
    put("sizes/%d" % size, bytes((i * 7 + i // 256) & 255 for i in range(size)) if size < 100000 else os.urandom(size))

for name in [
    "plain", "with space", " before and after ", "new\nline", "tab\t", "back\\slash", "quote'\"", "*?[x]", "-dash", "~tilde",
    "a" * 99, "b" * 100, "c" * 101, "d" * 155, "e" * 255, "dir/" * 30 + "f", ("g" * 120 + "/") * 3 + "h",
    "i" * 90 + "/" + "j" * 100, "k" * 155 + "/" + "l" * 99, "m" * 156 + "/" + "n" * 100, "caf\u00e9", "cafe\u0301", "\U0001f600",
]:
    put("names/" + name, name.encode())
put(b"names/latin1-\xe9\xff", b"no UTF-8")

for mode in [0o000, 0o400, 0o600, 0o755, 0o1644, 0o777] + ([0o4755, 0o2755, 0o6711] if root else []):
    # What its owner cannot read, an ordinary user cannot compare.
    mine = mode if root else mode | 0o400
    below = mode if root else mode | 0o500
    put("modes/f%04o" % mode, b"x", mine)
    os.makedirs(at("modes/d%04o" % mode))
    os.chmod(at("modes/d%04o" % mode), below)

os.makedirs(at("links"))
for name, target in {
    "relative": "../names/plain", "absolute": "/usr/bin/env", "dangling": "nowhere", "up": "../..", "self": "self",
    "long": "t" * 101, "longer": "/" + "u" * 200 + "/" + "v" * 200, "spaces ": " x ", "unicode": "\u00e9", "x" * 120: "short",
}.items():
    os.symlink(target, at("links/" + name))
put("links/first", b"hard")
os.link(at("links/first"), at("links/second"))
os.link(at("links/first"), at("names/third"))
put("links/" + "y" * 110, b"long hard")
os.link(at("links/" + "y" * 110), at("links/" + "z" * 130))
os.link(at("links/dangling"), at("links/hard to a link"), follow_symlinks=False)
os.link(at("sizes/0"), at("links/hard to nothing"))

os.makedirs(at("nodes"))
os.mkfifo(at("nodes/fifo"), 0o640)
if root:
    os.mknod(at("nodes/null"), 0o020666, os.makedev(1, 3))
    os.mknod(at("nodes/disk"), 0o060660, os.makedev(8, 17))
    os.mknod(at("nodes/large"), 0o020600, os.makedev(4000, 70000))
    os.link(at("nodes/null"), at("nodes/null again"))
    for uid, gid in [(1, 2), (65534, 65534), (2097151, 2097151), (2097152, 2097152), (4294967294, 4294967294)]:
        put("owners/%d" % uid, b"x", 0o644)
        os.chown(at("owners/%d" % uid), uid, gid)
    os.symlink("1", at("owners/link"))
    os.chown(at("owners/link"), 12, 34, follow_symlinks=False)
    put("owners/setuid", b"x")
    os.chown(at("owners/setuid"), 5, 6)
    os.chmod(at("owners/setuid"), 0o6755)

os.makedirs(at("sparse"))
sparse("sparse/only hole", 1 << 20, [])
sparse("sparse/at the end", 1 << 20, [(0, b"x" * 4096)])
sparse("sparse/at the beginning", 1 << 20, [((1 << 20) - 4096, b"x" * 4096)])
sparse("sparse/odd", (1 << 20) + 77, [(65536, b"x" * 5000), (1 << 20, b"y" * 77)])
sparse("sparse/six", 6 << 16, [(i << 16, b"x" * 4096) for i in range(6)])
sparse("sparse/eighty " + "s" * 100, 80 << 16, [(i << 16, b"%4096d" % i) for i in range(80)])
if "large" in sys.argv[2:]:
    sparse("sparse/large", 9 << 30, [((9 << 30) - 4096, b"x" * 4096)])

put("xattrs/user", b"x")
os.setxattr(at("xattrs/user"), "user.one", b"1")
os.setxattr(at("xattrs/user"), "user.empty", b"")
os.setxattr(at("xattrs/user"), "user.binary", bytes(range(256)))
os.setxattr(at("xattrs/user"), "user.line", b"a\nb=c\n")
os.setxattr(at("xattrs/user"), "user.caf\u00e9 =%", b"name")
os.makedirs(at("xattrs/directory"))
os.setxattr(at("xattrs/directory"), "user.directory", b"d")
acl = lambda *entries: struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
ALL = 0xFFFFFFFF
access = acl((1, 6, ALL), (2, 7, 1234), (4, 4, ALL), (8, 5, 4321), (16, 7, ALL), (32, 0, ALL))
put("xattrs/acl", b"x")
os.setxattr(at("xattrs/acl"), "system.posix_acl_access", access)
os.makedirs(at("xattrs/default"))
os.setxattr(at("xattrs/default"), "system.posix_acl_default", acl((1, 7, ALL), (4, 5, ALL), (32, 1, ALL)))
put("xattrs/default/inherits", b"x")
if root:
    put("xattrs/capability", b"x", 0o755)
    # struct vfs_cap_data of capabilities(7): version 2, effective, cap_net_bind_service and cap_net_raw
    os.setxattr(at("xattrs/capability"), "security.capability", struct.pack("<IIIII", 0x02000001, 0x2400, 0, 0, 0))
    os.setxattr(at("xattrs/user"), "trusted.mini", b"t")
    os.symlink("user", at("xattrs/link"))
    os.setxattr(at("xattrs/link"), "trusted.link", b"l", follow_symlinks=False)

for name, time in {
    "epoch": 0, "nanoseconds": 1234567890123456789, "one": 10**9 + 1, "before": -1500000000, "whole": 10**18,
    "future": 9000000000 * 10**9 + 5, "micro": 1700000000123456000,
}.items():
    put("times/" + name, b"x")
    os.utime(at("times/" + name), ns=(0, time))
os.makedirs(at("times/directory/below"))
os.symlink("x", at("times/link"))
os.utime(at("times/link"), ns=(0, 1111111111987654321), follow_symlinks=False)
for directory in ["times/directory/below", "times/directory", "times", "links", "sizes", "."]:
    os.utime(at(directory), ns=(0, 1600000000000000001))
