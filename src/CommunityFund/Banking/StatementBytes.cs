using System.Security.Cryptography;
using CommunityFund.Books;
using Microsoft.Win32.SafeHandles;

namespace CommunityFund.Banking;

/// <summary>
/// A file's bytes, to be read from the beginning as often as asked, one reader at a time. A statement is gone through several
/// times and may be large: nobody holds it whole.
/// </summary>
/// <param name="length">How many bytes there are.</param>
/// <param name="open">Opens them at the beginning; the stream can seek.</param>
public sealed class StatementBytes(long length, Func<Stream> open) : IDisposable
{
    private IDisposable? kept;

    public long Length => length;

    public static implicit operator StatementBytes(byte[] content) =>
        new(content.Length, () => new MemoryStream(content, writable: false));

    public void Dispose() => kept?.Dispose();

    /// <summary>Takes bytes that can be read once to the disk. The file has no name there: nobody else finds it, and nothing of it
    /// stays, however this process ends.</summary>
    internal static async Task<StatementBytes> Spool(Stream once, CancellationToken ct)
    {
        string path = Path.Combine(Path.GetTempPath(), $"statement-{Guid.NewGuid():N}");
        FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = LocalFiles.OnlyOwner,
        });
        try
        {
            File.Delete(path);
            await once.CopyToAsync(file, ct);
            nint handle = file.SafeFileHandle.DangerousGetHandle();
            return new StatementBytes(file.Length, () => new FileStream(new SafeFileHandle(handle, ownsHandle: false), FileAccess.Read)
            {
                Position = 0,
            })
            {
                kept = file,
            };
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    internal Stream Open() => open();

    internal byte[] Sha256()
    {
        using Stream stream = open();
        return SHA256.HashData(stream);
    }

    /// <summary>The first bytes, as many as there are.</summary>
    internal byte[] Head(int most) => Piece(0, most);

    /// <summary>The last bytes, as many as there are.</summary>
    internal byte[] Tail(int most) => Piece(Math.Max(0, length - most), most);

    /// <summary>All of them, a piece after the other in one and the same array.</summary>
    internal IEnumerable<ArraySegment<byte>> Pieces()
    {
        byte[] piece = new byte[64 * 1024];
        using Stream stream = open();
        for (int read; (read = stream.Read(piece)) > 0;)
        {
            yield return new ArraySegment<byte>(piece, 0, read);
        }
    }

    private byte[] Piece(long from, int most)
    {
        byte[] piece = new byte[Math.Min(most, length)];
        using Stream stream = open();
        stream.Position = from;
        return stream.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false) is int read && read < piece.Length ? piece[..read] : piece;
    }
}
