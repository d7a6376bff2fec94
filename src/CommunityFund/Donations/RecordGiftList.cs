using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>What recording a list came to.</summary>
/// <param name="Voucher">The first of its vouchers, which are reviewed together.</param>
public sealed record ListRecorded(long List, int Gifts, int Vouchers, long Voucher, Amount Amount);

/// <summary>That a list of gifts was recorded, known by its bytes.</summary>
public sealed class GiftList
{
    public required int BookId { get; init; }

    public long GiftListId { get; init; }

    public required byte[] Sha256 { get; init; }

    public required string FileName { get; init; }

    public required int Gifts { get; init; }

    public required long Units { get; init; }

    public required int AccountId { get; init; }

    public required long ImportedBy { get; init; }

    public required Instant ImportedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<GiftList>
    {
        public void Configure(EntityTypeBuilder<GiftList> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GiftListId });
            entity.Property(row => row.GiftListId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>
/// A list that was looked at is recorded: all of it or nothing. Its gifts stand on one voucher per day and fund, a line for each, and the
/// vouchers are reviewed together.
/// </summary>
/// <param name="Account">Key of the account that all of it came into.</param>
/// <param name="Fund">The fund of rows that name none.</param>
/// <param name="Narrative">摘要 of its vouchers, without anybody's name.</param>
public sealed record RecordGiftList(
    Guid Key, long Upload, string Account, int? Fund, [property: Personal] string Narrative, IReadOnlyList<Enclosure>? Documents = null)
    : Command<ListRecorded>(Key)
{
    /// <summary>Some rows cannot be recorded, so none is.</summary>
    public const string RowsWrong = "gift-list.rows-wrong";

    /// <summary>Hears how many gifts stand on vouchers, and of how many.</summary>
    [JsonIgnore]
    public Action<int, int>? Told { get; init; }

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<ListRecorded> Apply(Work work, CancellationToken ct)
    {
        GiftUpload upload = await GiftUpload.Of(work, Upload, ct);
        var (_, rows) = await GiftListReading.Of(work, upload.Content, Fund, Narrative, ct);
        GiftListRow[] wrong = [.. rows.Where(row => row.Fault is not null)];
        if (wrong.Length > 0)
        {
            throw new RefusedException(RowsWrong, ("count", wrong.Length), ("line", wrong[0].Line));
        }

        Told?.Invoke(0, rows.Count);
        GiftList list = new()
        {
            BookId = work.Book,
            Sha256 = upload.Sha256,
            FileName = upload.FileName,
            Gifts = rows.Count,
            Units = rows.Sum(row => row.Amount!.Units),
            AccountId = (await GiftCash.Of(work, work.Today, Account, ct)).AccountId,
            ImportedBy = work.ActorId,
            ImportedAt = work.Now,
        };
        work.Db.Add(list);
        await work.Db.SaveChangesAsync(ct);
        IReadOnlyList<long> vouchers = await new GiftVouchers(work, Account, Narrative, null, list.GiftListId).Prepare(
        [
            .. rows.Select(row => new ManyGift(row.Day!.Value, row.Donor, row.Kind, row.Fund!.Value, row.Amount!, row.Restriction, row.Clause,
                new GiftTerms(Channel: row.Channel, OrderNumber: row.Order, Note: row.Note))),
        ], Documents, done => Told?.Invoke(done, rows.Count), ct);
        await work.Db.Database.ExecuteSqlAsync($"delete from gift_upload where book_id = {work.Book} and gift_upload_id = {Upload}", ct);
        return new ListRecorded(list.GiftListId, rows.Count, vouchers.Count, vouchers[0], Amount.Fen(list.Units));
    }
}
