using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>An entry as the log covers it, read from journal, lines and digests of words, with the leaf that was written when it was posted.
/// </summary>
internal sealed record LoggedEntry(CanonicalEntry Entry, byte[] Leaf, long VoucherId)
{
    // A slice of the journal is held at a time, so a million lines need no more memory than a thousand entries.
    private const int Slice = 1000;

    /// <summary>Every entry of the book in its order.</summary>
    public static async IAsyncEnumerable<LoggedEntry> All(
        Work work, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        string book = await work.Db.Books.Where(row => row.BookId == work.Book).Select(row => row.Code).SingleAsync(ct);
        long after = long.MinValue;
        while (await Headers(work, after, ct) is { Count: > 0 } headers)
        {
            ILookup<long, HashedLine> lines = await Lines(work, headers[0].EntryNo, headers[^1].EntryNo, ct);
            foreach (Header header in headers)
            {
                yield return new LoggedEntry(
                    header.With(book, [.. lines[header.EntryNo].Select(line => line.Canonical)]), header.Leaf, header.VoucherId);
            }

            after = headers[^1].EntryNo;
        }
    }

    private static Task<List<Header>> Headers(Work work, long after, CancellationToken ct) => work.Db.Database.SqlQuery<Header>(
        $"""
        select j.entry_no as "EntryNo", j.period as "Period", j.series as "Series", j.number as "Number",
               j.occurred_on as "OccurredOn", j.kind as "Kind", n.digest as "Narrative", j.maker_id as "MakerId",
               j.reviewer_id as "ReviewerId",
               j.review_rule as "ReviewRule", j.posted_at as "PostedAt", j.corrects_entry_no as "CorrectsEntryNo",
               j.document_hashes as "DocumentHashes", j.line_count as "LineCount", j.total as "Total",
               j.voucher_id as "VoucherId", j.leaf as "Leaf"
          from journal_entry j left join narrative n on n.book_id = j.book_id and n.narrative_id = j.narrative_id
         where j.book_id = {work.Book} and j.entry_no > {after} order by j.entry_no limit {Slice}
        """).ToListAsync(ct);

    private static async Task<ILookup<long, HashedLine>> Lines(Work work, long first, long last, CancellationToken ct) =>
        (await work.Db.Database.SqlQuery<HashedLine>(
            $"""
            select p.entry_no as "EntryNo", p.line_no as "LineNo", p.side as "Side", a.key as "Account", f.code as "Fund",
                   p.commodity as "Commodity", p.units as "Units", p.restriction as "Restriction", p.cash_flow as "CashFlow",
                   p.movement as "Movement", p.project_class as "ProjectClass", p.project_id as "ProjectId",
                   p.counterparty_id as "CounterpartyId", p.enterprise_id as "EnterpriseId", p.document_id as "DocumentId",
                   n.digest as "Narrative"
              from posting p
              left join account a on a.book_id = p.book_id and a.account_id = p.account_id
              left join fund f on f.book_id = p.book_id and f.fund_id = p.fund_id
              left join narrative n on n.book_id = p.book_id and n.narrative_id = p.narrative_id
             where p.book_id = {work.Book} and p.entry_no between {first} and {last} order by p.entry_no, p.line_no
            """).ToListAsync(ct)).ToLookup(line => line.EntryNo);

    private sealed record Header(
        long EntryNo, int Period, string Series, int Number, DateOnly OccurredOn, string Kind, byte[]? Narrative, long MakerId,
        long? ReviewerId, string? ReviewRule, DateTime PostedAt, long? CorrectsEntryNo, byte[][] DocumentHashes, short LineCount,
        long Total, long VoucherId, byte[] Leaf)
    {
        public CanonicalEntry With(string book, IReadOnlyList<CanonicalLine> lines) => new()
        {
            Book = book,
            EntryNo = EntryNo,
            Period = Period,
            Series = Series,
            Number = Number,
            OccurredOn = LocalDate.FromDateOnly(OccurredOn),
            Kind = Kind,
            NarrativeDigest = Narrative,
            MakerId = MakerId,
            ReviewerId = ReviewerId,
            ReviewRule = ReviewRule,
            PostedAt = Instant.FromDateTimeUtc(PostedAt),
            CorrectsEntryNo = CorrectsEntryNo,
            DocumentHashes = DocumentHashes,
            LineCount = LineCount,
            Total = Total,
            Lines = lines,
        };
    }

    private sealed record HashedLine(
        long EntryNo, short LineNo, string Side, string? Account, string? Fund, string Commodity, long Units, string Restriction,
        string CashFlow, string Movement, string ProjectClass, long? ProjectId, long? CounterpartyId, long? EnterpriseId,
        long? DocumentId, byte[]? Narrative)
    {
        public CanonicalLine Canonical => new(LineNo, Side, Account, Fund, Commodity, Units, Restriction, CashFlow, Movement,
            ProjectClass, ProjectId, CounterpartyId, EnterpriseId, DocumentId, Narrative);
    }
}
