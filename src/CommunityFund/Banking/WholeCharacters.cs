namespace CommunityFund.Banking;

/// <summary>
/// GB18030 as old systems cut it: fields of so many bytes end in half a character. A first half that stands directly before what
/// ends a cell is read as a question mark; any other byte out of place stays, and the file is sent back for it.
/// </summary>
internal sealed class WholeCharacters(Stream cut) : Stream
{
    private readonly BufferedStream bytes = new(cut, 16 * 1024);
    private int ahead = -2, whole;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = 0;
        for (; read < count && Next() is >= 0 and int one; read++)
        {
            if (whole > 0)
            {
                whole--;
            }
            else if (one is >= 0x81 and <= 0xFE)
            {
                int next = Peek();
                (one, whole) = EndsACell(next) ? ('?', 0) : (one, next is >= '0' and <= '9' ? 3 : 1);
            }

            buffer[offset + read] = (byte)one;
        }

        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bytes.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool EndsACell(int next) => next is -1 or ',' or '"' or '\t' or '\r' or '\n' or ';' or ' ' or '<';

    private int Next()
    {
        int next = Peek();
        ahead = -2;
        return next;
    }

    private int Peek() => ahead == -2 ? ahead = bytes.ReadByte() : ahead;
}
