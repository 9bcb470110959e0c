// The tests need /bin/bash, POSIX modes and pipes.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
