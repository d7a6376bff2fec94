using System.Text;

namespace CommunityFund.Books;

/// <summary>Files of the private PostgreSQL that nobody else may read or enter.</summary>
internal static class LocalFiles
{
    public const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file that is private from its first byte and on disk when this returns.</summary>
    public static void WritePrivate(string path, string text) => WritePrivate(path, Encoding.UTF8.GetBytes(text));

    public static void WritePrivate(string path, byte[] content)
    {
        File.Delete(path);
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OnlyOwner };
        using var stream = new FileStream(path, create);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Waits until no other process holds the file, then holds it until disposed.</summary>
    public static async Task<FileStream> Hold(string path, CancellationToken ct)
    {
        while (true)
        {
            if (TryHold(path) is { } held)
            {
                return held;
            }
            await Task.Delay(100, ct);
        }
    }

    /// <summary>Holds the file alone, or returns null because someone else holds or shares it.</summary>
    public static FileStream? TryHold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    /// <summary>Shares the file with other processes, so that none of them can hold it alone.</summary>
    public static FileStream Share(string path) => new(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
}
