using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CommunityFund.Banking;

/// <summary>Stands for a text where many are only compared: half a SHA-256, so that nobody can write two texts with one key.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TextKey(ulong High, ulong Low)
{
    public static TextKey Of(string text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), digest);
        return new TextKey(BinaryPrimitives.ReadUInt64LittleEndian(digest), BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]));
    }
}
