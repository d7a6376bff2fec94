using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Closings;

/// <summary>Where a 执行报告表 stands.</summary>
public enum ReportState
{
    /// <summary>填写中.</summary>
    Draft,

    /// <summary>已提交.</summary>
    HandedIn,

    /// <summary>已退回.</summary>
    Returned,

    /// <summary>已通过.</summary>
    Accepted,
}

/// <summary>A part of the report that the desk may send back with its reason.</summary>
public enum ReportField
{
    /// <summary>指标.</summary>
    Indicators,

    /// <summary>受益人数.</summary>
    People,

    /// <summary>活动.</summary>
    Activities,

    /// <summary>问题.</summary>
    Problems,

    /// <summary>自我评估.</summary>
    Self,

    /// <summary>居民满意度.</summary>
    Survey,

    /// <summary>物资移交.</summary>
    Goods,

    /// <summary>照片.</summary>
    Photos,
}

/// <summary>What was reached of an indicator of the agreement.</summary>
public sealed record ReachedIndicator(short No, string Reached, string Note);

/// <summary>Something the money bought that stays, and where it is now.</summary>
public sealed record HandedGood(string What, int Count, string Place);

/// <summary>Why a field goes back.</summary>
public sealed record ReportRemark(ReportField Field, string Words);

/// <summary>What a 执行报告表 says beside the agreement's own indicators.</summary>
/// <param name="People">How many people it reached.</param>
/// <param name="Self">自我评估.</param>
/// <param name="Asked">Residents who were asked.</param>
/// <param name="Satisfied">How many of them were content.</param>
/// <param name="NoGoods">Said by the lead: nothing that stays was bought.</param>
public sealed record ReportText(
    IReadOnlyList<ReachedIndicator> Indicators, int? People, string Activities, string Problems, string Self, int? Asked, int? Satisfied,
    IReadOnlyList<HandedGood> Goods, bool NoGoods)
{
    /// <summary>A text is too long, or a number out of bounds.</summary>
    public const string OutOfBounds = "closing.report-bounds";

    /// <summary>More residents were content than were asked.</summary>
    public const string MoreThanAsked = "closing.survey-counts";

    private const int Longest = 2000, MostPeople = 10_000_000;

    public static ReportText Empty { get; } = new([], null, "", "", "", null, null, [], false);

    /// <summary>The same, cleaned and measured; what is missing may still be missing.</summary>
    internal ReportText Checked()
    {
        ReachedIndicator[] reached = [.. Indicators.Select(row => row with { Reached = PlainText.Of(row.Reached), Note = PlainText.Of(row.Note) })
            .DistinctBy(row => row.No)];
        HandedGood[] goods = [.. Goods.Select(row => row with { What = PlainText.Of(row.What), Place = PlainText.Of(row.Place) })
            .Where(row => row.What.Length > 0)];
        Bound(ReportField.Indicators, reached.Length <= 20 && Array.TrueForAll(reached, row => row.Reached.Length <= 60 && row.Note.Length <= 200));
        Bound(ReportField.Goods, goods.Length <= 50 && Array.TrueForAll(goods, row => row.What.Length <= 100 && row.Place.Length <= 100
            && row.Count is >= 1 and <= 100_000));
        Bound(ReportField.People, People is null or (>= 0 and <= MostPeople));
        Bound(ReportField.Survey, Asked is null or (>= 0 and <= MostPeople) && Satisfied is null or (>= 0 and <= MostPeople));
        if (Satisfied > (Asked ?? 0))
        {
            throw new RefusedException(MoreThanAsked, ("asked", Asked ?? 0), ("satisfied", Satisfied));
        }

        return this with
        {
            Indicators = reached,
            Goods = goods,
            NoGoods = NoGoods && goods.Length == 0,
            Activities = Text(ReportField.Activities, Activities),
            Problems = Text(ReportField.Problems, Problems),
            Self = Text(ReportField.Self, Self),
        };
    }

    /// <summary>What has still to be written before it is handed in.</summary>
    internal IReadOnlyList<ReportField> Missing(IEnumerable<short> indicators, int photos) =>
    [
        .. Enum.GetValues<ReportField>().Where(field => field switch
        {
            ReportField.Indicators => indicators.Any(no => Indicators.All(row => row.No != no || row.Reached.Length == 0)),
            ReportField.People => People is null,
            ReportField.Activities => Activities.Length == 0,
            ReportField.Problems => Problems.Length == 0,
            ReportField.Self => Self.Length == 0,
            ReportField.Survey => Asked is null or 0 || Satisfied is null,
            ReportField.Goods => Goods.Count == 0 ? !NoGoods : Goods.Any(row => row.Place.Length == 0),
            _ => photos == 0,
        }),
    ];

    private static string Text(ReportField field, string? typed)
    {
        string text = PlainText.Of(typed ?? "");
        Bound(field, text.Length <= Longest);
        return text;
    }

    private static void Bound(ReportField field, bool holds)
    {
        if (!holds)
        {
            throw new RefusedException(OutOfBounds, ("field", field), ("limit", Longest));
        }
    }
}

/// <summary>执行报告表: a draft that saves itself, handed in by the lead, accepted or sent back by the desk. What was handed in stays; what comes
/// after a return is another one.</summary>
public sealed class GrantReport
{
    public required int BookId { get; init; }

    public required long GrantId { get; init; }

    public required short ReportNo { get; init; }

    /// <summary>Counts the savings; a page sends it back, so that nobody writes over what another wrote.</summary>
    public required int Version { get; set; }

    public required ReportState State { get; set; }

    /// <summary>A <see cref="ReportText"/> as JSON.</summary>
    public required string Content { get; set; }

    /// <summary>Reasons by field, as JSON.</summary>
    public required string Remarks { get; set; }

    public required long SavedBy { get; set; }

    public required Instant SavedAt { get; set; }

    public long? HandedInBy { get; set; }

    public Instant? HandedInAt { get; set; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    internal ReportText Text
    {
        get => JsonSerializer.Deserialize<ReportText>(Content, CommandJson.Plain)!;
        set => Content = Write(value);
    }

    internal IReadOnlyList<ReportRemark> Said => JsonSerializer.Deserialize<ReportRemark[]>(Remarks, CommandJson.Plain)!;

    internal static string Write<T>(T value) => JsonSerializer.Serialize(value, CommandJson.Plain);

    internal static Task<GrantReport?> Newest(Work work, long grant, CancellationToken ct) => work.Db.Set<GrantReport>()
        .Where(row => row.BookId == work.Book && row.GrantId == grant).OrderByDescending(row => row.ReportNo).FirstOrDefaultAsync(ct);

    internal sealed class Mapping : IEntityTypeConfiguration<GrantReport>
    {
        public void Configure(EntityTypeBuilder<GrantReport> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GrantId, row.ReportNo });
            entity.Property(row => row.ReportNo).ValueGeneratedNever();
            entity.Property(row => row.State).AsCode();
            entity.Property(row => row.Content).HasColumnType("jsonb");
            entity.Property(row => row.Remarks).HasColumnType("jsonb");
            entity.Ignore(row => row.Text);
            entity.Ignore(row => row.Said);
        }
    }
}
