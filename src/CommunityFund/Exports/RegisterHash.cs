using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;

namespace CommunityFund.Exports;

/// <summary>
/// The fingerprint of one sheet of a register: SHA-256 over its rows in order, of each the columns that never change, every cell
/// followed by a tab and every row by a line feed, in UTF-8; money in fen, a day as the number of its day since 0001-01-01.
/// </summary>
internal sealed class RegisterHash(IReadOnlyList<RegisterColumn> columns) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _row = new();

    public void Add(RegisterCell[] cells)
    {
        _row.ResetWrittenCount();
        for (int i = 0; i < cells.Length; i++)
        {
            if (columns[i].Changes)
            {
                continue;
            }

            if (cells[i].IsNumber)
            {
                Utf8Formatter.TryFormat(cells[i].Number, _row.GetSpan(24), out int written);
                _row.Advance(written);
            }
            else
            {
                Encoding.UTF8.GetBytes(cells[i].Words ?? "", _row);
            }

            _row.Write("\t"u8);
        }

        _row.Write("\n"u8);
        _hash.AppendData(_row.WrittenSpan);
    }

    public string End() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
