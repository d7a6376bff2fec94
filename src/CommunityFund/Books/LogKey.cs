using System.Security.Cryptography;

namespace CommunityFund.Books;

/// <summary>The installation's key for personal fields of the command log: made once, kept in a file beside the
/// cluster.</summary>
public static class LogKey
{
    private const int SizeBytes = 32;

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, "log.key");

    /// <summary>The key, made now if the books are new. Books that were written with a key never get another one: what the
    /// log says of persons could no longer be proved.</summary>
    /// <exception cref="LocalPostgresException">The key of older books is gone or damaged.</exception>
    public static byte[] In(string dataDirectory, bool booksExist = false)
    {
        string path = PathIn(dataDirectory);
        if (!File.Exists(path))
        {
            if (booksExist)
            {
                throw new LocalPostgresException(
                    $"账簿还在，但日志密钥 {path} 不见了。请从备份恢复这个文件，不要新建：没有它，操作记录里的个人信息就无法核对。",
                    $"The books are there but the key of their log, {path}, is gone. Restore it from a backup and do not make a new one: "
                    + "without it nothing the log says of persons can be proved.");
            }

            Make(dataDirectory, path);
        }

        byte[] key = File.ReadAllBytes(path);
        return key.Length == SizeBytes ? key : throw new LocalPostgresException(
            $"日志密钥 {path} 已损坏：应为 {SizeBytes} 个字节，现有 {key.Length} 个。请从备份恢复这个文件。",
            $"The key of the log, {path}, is damaged: it must hold {SizeBytes} bytes and holds {key.Length}. Restore it from a backup.");
    }

    // Complete on disk before it has its name, so no crash leaves half a key.
    private static void Make(string dataDirectory, string path)
    {
        Directory.CreateDirectory(dataDirectory);
        string fresh = path + ".new";
        LocalFiles.WritePrivate(fresh, RandomNumberGenerator.GetBytes(SizeBytes));
        File.Move(fresh, path);
    }
}
