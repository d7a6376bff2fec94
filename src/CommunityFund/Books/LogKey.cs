using System.Security.Cryptography;

namespace CommunityFund.Books;

/// <summary>The installation's key for personal fields of the command log: made once, kept in a file beside the
/// cluster.</summary>
public static class LogKey
{
    public static byte[] In(string dataDirectory)
    {
        string path = Path.Combine(dataDirectory, "log.key");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(dataDirectory);
            using FileStream file = new(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.Write(RandomNumberGenerator.GetBytes(32));
        }

        byte[] key = File.ReadAllBytes(path);
        return key.Length == 32 ? key : throw new InvalidDataException($"{path} must hold 32 bytes. Restore it from the backup.");
    }
}
