using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>A bank line that a voucher is prepared from.</summary>
/// <param name="Units">The part that the voucher books, in fen with the line's sign; null is all that is left of the line.</param>
public sealed record BankPart(long Line, long? Units = null)
{
    /// <summary>The lines of one voucher: each with all that is left of it or, where a part is meant on purpose, that part of the
    /// one.</summary>
    /// <param name="amount">With the line's sign.</param>
    internal static IReadOnlyList<BankPart>? Of(long? line, IReadOnlyList<long>? more, Amount amount, bool isPart) =>
        line is not { } first ? null
        : [new BankPart(first, isPart ? amount.Units : null), .. (more ?? []).Where(other => other != first)
            .Select(other => new BankPart(other))];
}

/// <summary>What part of a bank line a voucher books. Written when a voucher is prepared from lines, or later, when a voucher of
/// the books is found again on a statement; never changed but undone once.</summary>
public sealed class BankMatch
{
    public required int BookId { get; init; }

    public long BankMatchId { get; init; }

    public required long BankLineId { get; init; }

    public required long VoucherId { get; init; }

    /// <summary>Fen, with the line's sign.</summary>
    public required long Units { get; init; }

    public required long MatchedBy { get; init; }

    public required Instant MatchedAt { get; init; }

    /// <summary>Whether the voucher was prepared from the line: then it is undone with the voucher only.</summary>
    public bool IsEvidence { get; init; }

    public long? UndoneBy { get; set; }

    public Instant? UndoneAt { get; set; }

    /// <summary>Matches that count: not undone, of vouchers that wait or stand and have not been reversed.</summary>
    internal static IQueryable<OpenMatch> Open(FundDb db, int book) =>
        from match in db.Set<BankMatch>().AsNoTracking()
        where match.BookId == book && match.UndoneAt == null
        join voucher in db.Vouchers on new { match.BookId, match.VoucherId } equals new { voucher.BookId, voucher.VoucherId }
        where (voucher.State == VoucherState.Prepared || voucher.State == VoucherState.Posted) && voucher.ReversedBy == null
        select new OpenMatch
        {
            BankLineId = match.BankLineId,
            VoucherId = match.VoucherId,
            Units = match.Units,
            IsEvidence = match.IsEvidence,
            IsPosted = voucher.State == VoucherState.Posted,
        };

    /// <summary>Matches a voucher that was just written with the lines it rests on; the database sees to it that no line is given
    /// away twice.</summary>
    internal static async Task Write(Work work, long voucher, IReadOnlyList<BankPart> parts, CancellationToken ct)
    {
        if (parts.Count == 0)
        {
            return;
        }

        long[] lines = [.. parts.Select(part => part.Line)];
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from bank_line where book_id = {work.Book} and bank_line_id = any ({lines}) order by bank_line_id for no key update", ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into bank_match (book_id, bank_line_id, voucher_id, units, matched_by, matched_at, is_evidence)
            select {work.Book}, b.bank_line_id, {voucher}, coalesce(p.units, nullif(b.units - coalesce(o.units, 0), 0), b.units),
                   {work.ActorId}, {work.Now.ToDateTimeUtc()}, true
              from unnest({lines}, {parts.Select(part => part.Units).ToArray()}) p(line, units)
              join bank_line b on b.book_id = {work.Book} and b.bank_line_id = p.line
              left join lateral (select sum(m.units)::bigint as units from bank_match_open m
                                  where m.book_id = b.book_id and m.bank_line_id = b.bank_line_id) o on true
            """,
            ct);
    }

    internal sealed class Mapping : IEntityTypeConfiguration<BankMatch>
    {
        public void Configure(EntityTypeBuilder<BankMatch> entity)
        {
            entity.HasKey(match => new { match.BookId, match.BankMatchId });
            entity.Property(match => match.BankMatchId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>A match that counts.</summary>
public sealed class OpenMatch
{
    public required long BankLineId { get; init; }

    public required long VoucherId { get; init; }

    public required long Units { get; init; }

    public required bool IsPosted { get; init; }

    public bool IsEvidence { get; init; }
}
