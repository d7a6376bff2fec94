using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;

namespace CommunityFund.Grants.Meetings;

/// <summary>
/// Seals what a ballot says under a key that stands outside the database, bound to its place: who reads the tables learns nothing before the
/// chair opens the count, and a sealed ballot copied to another voter or project does not open.
/// </summary>
internal sealed class BallotSeal(Foundation foundation, string purpose = "ballot") : IDisposable
{
    private const int NonceSize = 12, TagSize = 16;
    private readonly AesGcm _key = new(foundation.KeyFor(purpose), TagSize);

    public byte[] Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> place)
    {
        byte[] closed = new byte[NonceSize + TagSize + plain.Length];
        RandomNumberGenerator.Fill(closed.AsSpan(0, NonceSize));
        _key.Encrypt(closed.AsSpan(0, NonceSize), plain, closed.AsSpan(NonceSize + TagSize), closed.AsSpan(NonceSize, TagSize), place);
        return closed;
    }

    /// <exception cref="CryptographicException">Somebody changed or moved it.</exception>
    public byte[] Open(ReadOnlySpan<byte> closed, ReadOnlySpan<byte> place)
    {
        byte[] plain = new byte[closed.Length - NonceSize - TagSize];
        _key.Decrypt(closed[..NonceSize], closed[(NonceSize + TagSize)..], closed.Slice(NonceSize, TagSize), plain, place);
        return plain;
    }

    public void Dispose() => _key.Dispose();

    /// <summary>Where a vote lies: four numbers, as a room's eighteen thousand are opened at once.</summary>
    public static byte[] Vote(int book, long meeting, long grant, long person)
    {
        byte[] place = new byte[28];
        BinaryPrimitives.WriteInt32BigEndian(place, book);
        BinaryPrimitives.WriteInt64BigEndian(place.AsSpan(4), meeting);
        BinaryPrimitives.WriteInt64BigEndian(place.AsSpan(12), grant);
        BinaryPrimitives.WriteInt64BigEndian(place.AsSpan(20), person);
        return place;
    }

    /// <summary>Where a keying lies; longer than a vote's, so that neither opens as the other.</summary>
    public static byte[] Paper(int book, long meeting, short version, int serial, short pass, short no) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"paper of the box {book} {meeting} {version} {serial} {pass} {no}"));
}
