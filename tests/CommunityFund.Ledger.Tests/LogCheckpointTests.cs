using System.Security.Cryptography;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Ledger.Tests;

/// <summary>The form in which a log is sealed, as outsiders are told it: roots, proofs and signatures were made by another program.</summary>
public sealed class LogCheckpointTests
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly VectorFile File = JsonSerializer.Deserialize<VectorFile>(
        System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "checkpoints.json")), Names)!;

    private static readonly LogPublicKey Key = LogPublicKey.ReadPem(File.Key)!;

    [Fact]
    public void The_log_of_the_vectors_has_their_roots_and_peaks()
    {
        foreach (Vector vector in File.Checkpoints)
        {
            MerkleRoot log = new();
            foreach (string leaf in File.Leaves.Take((int)vector.Size))
            {
                log.Add(Convert.FromHexString(leaf));
            }

            Convert.ToHexStringLower(log.Root()).ShouldBe(vector.Root);
            log.Peaks.Select(Convert.ToHexStringLower).ShouldBe(vector.Peaks);
        }
    }

    [Fact]
    public void A_checkpoint_has_the_text_of_the_vectors_and_is_read_from_it()
    {
        foreach (Vector vector in File.Checkpoints)
        {
            LogCheckpoint made = new(vector.Book, vector.Size, Convert.FromHexString(vector.Root), InstantPattern.ExtendedIso.Parse(vector.Made).Value);
            made.Text.ShouldBe(vector.Text);
            LogCheckpoint.Read(vector.Text)!.Text.ShouldBe(vector.Text);
            SignedCheckpoint.Read(vector.Note)!.Note.ShouldBe(vector.Note);
            SignedCheckpoint.Read(vector.Note.Replace("\n", "\r\n", StringComparison.Ordinal))!.Note.ShouldBe(vector.Note);
        }
    }

    [Fact]
    public void The_key_of_the_vectors_signed_them_and_nothing_that_differs_in_one_sign()
    {
        Convert.ToHexStringLower(Key.Fingerprint).ShouldBe(File.Fingerprint);
        Key.Pem.ShouldBe(File.Key);
        Key.Shown.Replace(" ", "", StringComparison.Ordinal).ShouldBe(File.Fingerprint[..32]);
        foreach (Vector vector in File.Checkpoints)
        {
            SignedCheckpoint signed = SignedCheckpoint.Read(vector.Note)!;
            Key.Signed(signed).ShouldBeTrue();
            Key.Signed(signed with { Says = signed.Says with { Size = signed.Says.Size + 1 } }).ShouldBeFalse();
            Key.Signed(signed with { Says = signed.Says with { Book = signed.Says.Book + "x" } }).ShouldBeFalse();
            Key.Signed(signed with { Says = signed.Says with { Root = SHA256.HashData(signed.Says.Root) } }).ShouldBeFalse();
            Key.Signed(signed with { Says = signed.Says with { MadeAt = signed.Says.MadeAt.PlusTicks(10) } }).ShouldBeFalse();
            Key.Signed(signed with { Key = SHA256.HashData(signed.Key) }).ShouldBeFalse();
            Key.Signed(signed with { Signature = [.. signed.Signature.Select(b => (byte)(b ^ 1))] }).ShouldBeFalse();
            Key.Signed(signed with { Signature = signed.Signature[1..] }).ShouldBeFalse();
        }
    }

    [Fact]
    public void Proofs_of_the_vectors_hold_and_are_the_ones_made_here()
    {
        byte[][] leaves = [.. File.Leaves.Select(Convert.FromHexString)];
        byte[] Root(int size) => MerkleRootOf(leaves[..size]);
        foreach (Proof vector in File.Extends)
        {
            byte[][] proof = [.. vector.Hashes.Select(Convert.FromHexString)];
            MerkleProof.Extends(leaves[..vector.Second], vector.First).ShouldBe(proof);
            MerkleProof.Holds(vector.First, Root(vector.First), vector.Second, Root(vector.Second), proof).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("size 3", "size 03")]
    [InlineData("size 3", "size +3")]
    [InlineData("size 3", "size -3")]
    [InlineData("size 3", "size 3 ")]
    [InlineData("size 3", "size 99999999999999999999")]
    [InlineData("book test", "book ")]
    [InlineData("book test", "Book test")]
    [InlineData("checkpoint cp1", "checkpoint cp2")]
    [InlineData(".000001Z", ".0000010Z")]
    [InlineData(".000001Z", "Z")]
    [InlineData("signature ", "signature  ")]
    [InlineData("\n\nkey", "\nkey")]
    [InlineData("==\n", "\n")]
    public void What_is_not_exactly_a_signed_checkpoint_is_none(string was, string becomes)
    {
        string note = File.Checkpoints.Single(vector => vector.Size == 3).Note;
        note.ShouldContain(was);
        SignedCheckpoint.Read(note.Replace(was, becomes, StringComparison.Ordinal)).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("communityfund checkpoint cp1\n")]
    public void Nor_is_what_is_hardly_anything(string note)
    {
        SignedCheckpoint.Read(note).ShouldBeNull();
        LogCheckpoint.Read(note).ShouldBeNull();
        LogPublicKey.ReadPem(note).ShouldBeNull();
    }

    [Fact]
    public void A_key_on_another_curve_is_no_key_of_a_log()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        LogPublicKey.Read(other.ExportSubjectPublicKeyInfo()).ShouldBeNull();
        LogPublicKey.ReadPem(other.ExportSubjectPublicKeyInfoPem()).ShouldBeNull();
        LogPublicKey.Read([.. Key.Info, 0]).ShouldBeNull();
        LogPublicKey.Read([]).ShouldBeNull();
    }

    [Fact]
    public void A_time_is_kept_to_the_microsecond() =>
        LogCheckpoint.ToMicrosecond(Instant.FromUnixTimeTicks(17_000_000_000_000_009)).ShouldBe(Instant.FromUnixTimeTicks(17_000_000_000_000_000));

    private static byte[] MerkleRootOf(byte[][] leaves)
    {
        MerkleRoot log = new();
        foreach (byte[] leaf in leaves)
        {
            log.Add(leaf);
        }

        return log.Root();
    }

    private sealed record VectorFile(string Key, string Fingerprint, string[] Leaves, Vector[] Checkpoints, Proof[] Extends);

    private sealed record Vector(string Book, long Size, string[] Peaks, string Root, string Made, string Text, string Note);

    private sealed record Proof(int First, int Second, [property: System.Text.Json.Serialization.JsonPropertyName("proof")] string[] Hashes);
}
