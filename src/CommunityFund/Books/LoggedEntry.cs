using System.Runtime.CompilerServices;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>An entry as the log covers it, read from journal, lines and digests of words, with the leaf that was written when it was posted.
/// </summary>
internal sealed record LoggedEntry(CanonicalEntry Entry, byte[] Leaf, long VoucherId)
{
    /// <summary>Null if the leaf that was written is that of the entry as it is read now.</summary>
    public OtherLeaf? Other => Entry.Leaf().AsSpan().SequenceEqual(Leaf) ? null : new OtherLeaf(Entry.EntryNo, VoucherId);

    // Columns of the line begin here, those of the head stand before.
    private const int LineColumn = 17;

    /// <summary>Every entry of the book in its order. The connection is busy until the last was asked for.</summary>
    public static async IAsyncEnumerable<LoggedEntry> All(Work work, [EnumeratorCancellation] CancellationToken ct)
    {
        string book = await work.Db.Books.Where(row => row.BookId == work.Book).Select(row => row.Code).SingleAsync(ct);
        Dictionary<int, string> accounts = await work.Db.Accounts.Where(row => row.BookId == work.Book)
            .ToDictionaryAsync(row => row.AccountId, row => row.Key, ct);
        Dictionary<int, string> funds = await work.Db.Set<Fund>().Where(row => row.BookId == work.Book)
            .ToDictionaryAsync(row => row.FundId, row => row.Code, ct);
        LoggedEntry? entry = null;
        List<CanonicalLine> lines = [];
        await foreach (NpgsqlDataReader row in Cursor.Rows(work,
            $"""
            select j.entry_no, j.period, j.series, j.number, j.occurred_on, j.kind, n.digest, j.maker_id, j.reviewer_id, j.review_rule,
                   j.posted_at, j.corrects_entry_no, j.document_hashes, j.line_count, j.total, j.voucher_id, j.leaf,
                   p.line_no, p.side, p.account_id, p.fund_id, p.commodity, p.units, p.restriction, p.cash_flow, p.movement,
                   p.project_class, p.project_id, p.counterparty_id, p.enterprise_id, p.document_id,
                   case when p.narrative_id = j.narrative_id then n.digest else m.digest end
              from journal_entry j
              left join posting p on p.book_id = j.book_id and p.entry_no = j.entry_no
              left join narrative n on n.book_id = j.book_id and n.narrative_id = j.narrative_id
              left join narrative m on m.book_id = p.book_id and m.narrative_id = p.narrative_id
                                   and p.narrative_id is distinct from j.narrative_id
             where j.book_id = {work.Book} order by j.entry_no, p.line_no
            """, ct))
        {
            long position = row.GetInt64(0);
            if (entry?.Entry.EntryNo != position)
            {
                if (entry is not null)
                {
                    yield return entry;
                }

                lines = [];
                entry = new LoggedEntry(Head(row, book, lines), row.GetFieldValue<byte[]>(16), row.GetInt64(15));
            }

            if (!row.IsDBNull(LineColumn))
            {
                lines.Add(Line(row, accounts, funds));
            }
        }

        if (entry is not null)
        {
            yield return entry;
        }
    }

    private static CanonicalEntry Head(NpgsqlDataReader row, string book, List<CanonicalLine> lines) => new()
    {
        Book = book,
        EntryNo = row.GetInt64(0),
        Period = row.GetInt32(1),
        Series = row.GetString(2),
        Number = row.GetInt32(3),
        OccurredOn = LocalDate.FromDateOnly(row.GetFieldValue<DateOnly>(4)),
        Kind = row.GetString(5),
        NarrativeDigest = Digest(row, 6),
        MakerId = row.GetInt64(7),
        ReviewerId = row.Whole(8),
        ReviewRule = row.Text(9),
        PostedAt = Instant.FromDateTimeUtc(row.GetDateTime(10)),
        CorrectsEntryNo = row.Whole(11),
        DocumentHashes = row.GetFieldValue<byte[][]>(12),
        LineCount = row.GetInt16(13),
        Total = row.GetInt64(14),
        Lines = lines,
    };

    // What cannot be found any more is null, and its leaf another.
    private static CanonicalLine Line(NpgsqlDataReader row, Dictionary<int, string> accounts, Dictionary<int, string> funds) => new(
        row.GetInt16(LineColumn), row.GetString(18), accounts.GetValueOrDefault(row.GetInt32(19)), funds.GetValueOrDefault(row.GetInt32(20)),
        row.GetString(21), row.GetInt64(22), row.GetString(23), row.GetString(24), row.GetString(25), row.GetString(26), row.Whole(27),
        row.Whole(28), row.Whole(29), row.Whole(30), Digest(row, 31));

    private static byte[]? Digest(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);
}
