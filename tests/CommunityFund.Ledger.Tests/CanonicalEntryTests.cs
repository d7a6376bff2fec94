using System.Text;
using System.Text.Json;
using NodaTime.Text;

namespace CommunityFund.Ledger.Tests;

/// <summary>The form of the log as outsiders are told it: the vectors were computed by another program.</summary>
public sealed class CanonicalEntryTests
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly VectorFile File = JsonSerializer.Deserialize<VectorFile>(
        System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors.json")), Names)!;

    public static TheoryData<string> Vectors => [.. File.Vectors.Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void An_entry_has_the_bytes_and_the_leaf_that_the_vectors_say(string name)
    {
        Vector vector = File.Vectors.Single(vector => vector.Name == name);
        CanonicalEntry entry = Read(vector.Entry);
        Encoding.UTF8.GetString(entry.ToBytes()).ShouldBe(vector.Bytes);
        Convert.ToHexStringLower(entry.Leaf()).ShouldBe(vector.Leaf);
    }

    [Fact]
    public void There_are_vectors_for_this_form_and_no_two_entries_share_a_leaf()
    {
        File.Form.ShouldBe(CanonicalEntry.Form);
        File.Vectors.Count.ShouldBeGreaterThanOrEqualTo(8);
        File.Vectors.Select(vector => vector.Leaf).ShouldBeUnique();
    }

    [Fact]
    public void A_missing_field_and_an_empty_one_make_different_leaves()
    {
        CanonicalEntry entry = Read(File.Vectors[0].Entry);
        byte[] none = (entry with { ReviewRule = null }).Leaf(), empty = (entry with { ReviewRule = "" }).Leaf();
        none.ShouldNotBe(empty);
    }

    private static CanonicalEntry Read(VectorEntry entry) => new()
    {
        Book = entry.Book,
        EntryNo = entry.EntryNo,
        Period = entry.Period,
        Series = entry.Series,
        Number = entry.Number,
        OccurredOn = LocalDatePattern.Iso.Parse(entry.OccurredOn).Value,
        Kind = entry.Kind,
        NarrativeDigest = entry.Narrative.Digest,
        MakerId = entry.MakerId,
        ReviewerId = entry.ReviewerId,
        ReviewRule = entry.ReviewRule,
        PostedAt = InstantPattern.ExtendedIso.Parse(entry.PostedAt).Value,
        CorrectsEntryNo = entry.CorrectsEntryNo,
        DocumentHashes = [.. entry.DocumentHashes.Select(Convert.FromHexString)],
        LineCount = entry.LineCount,
        Total = entry.Total,
        Lines =
        [
            .. entry.Lines.Select(line => new CanonicalLine(line.LineNo, line.Side, line.Account, line.Fund, line.Commodity,
                line.Units, line.Restriction, line.CashFlow, line.Movement, line.ProjectClass, line.ProjectId,
                line.CounterpartyId, line.EnterpriseId, line.DocumentId, line.Narrative.Digest)),
        ],
    };

    private sealed record VectorFile(string Form, IReadOnlyList<Vector> Vectors);

    private sealed record Vector(string Name, VectorEntry Entry, string Bytes, string Leaf);

    private sealed record VectorText(string Salt, string Text)
    {
        public byte[] Digest => CanonicalEntry.DigestOf(Convert.FromHexString(Salt), Text);
    }

    private sealed record VectorEntry(
        string Book, long EntryNo, int Period, string Series, int Number, string OccurredOn, string Kind, VectorText Narrative,
        long MakerId, long? ReviewerId, string? ReviewRule, string PostedAt, long? CorrectsEntryNo,
        IReadOnlyList<string> DocumentHashes, int LineCount, long Total, IReadOnlyList<VectorLine> Lines);

    private sealed record VectorLine(
        int LineNo, string Side, string Account, string Fund, string Commodity, long Units, string Restriction, string CashFlow,
        string Movement, string ProjectClass, long? ProjectId, long? CounterpartyId, long? EnterpriseId, long? DocumentId,
        VectorText Narrative);
}
