using System.Globalization;
using System.Runtime.CompilerServices;
using CommunityFund.Books;
using Npgsql;

namespace CommunityFund.Exports;

/// <summary>A line of the journal with the head of its entry.</summary>
/// <param name="IsShared">Its entry has lines of funds that are not in, and so no words here.</param>
internal sealed record JournalLine(
    long EntryNo, int Period, string Series, int Number, DateOnly Day, string Kind, string? Narrative, long VoucherId,
    long MakerId, long? ReviewerId, string? ReviewRule, DateTime PostedAt, long? CorrectsEntryNo,
    short LineNo, int AccountId, int FundId, bool IsDebit, long Units, string Commodity, string Restriction, string CashFlow,
    string Movement, string ProjectClass, long? ProjectId, long? CounterpartyId, long? EnterpriseId, long? DocumentId,
    string? LineNarrative, byte[]? Salt, bool IsShared)
{
    private const string Statement =
        """
        select j.entry_no, j.period, j.series, j.number, j.occurred_on, j.kind, n.text, j.voucher_id, j.maker_id, j.reviewer_id,
               j.review_rule, j.posted_at, j.corrects_entry_no, p.line_no, p.account_id, p.fund_id, p.side = 'D', p.units,
               p.commodity, p.restriction, p.cash_flow, p.movement, p.project_class, p.project_id, p.counterparty_id,
               p.enterprise_id, p.document_id, m.text,
               case when m.text is not null then m.salt when n.text is not null then n.salt end, not w.mine
          from journal_entry j
          cross join lateral (select {3} or not exists (
            select from posting o where o.book_id = j.book_id and o.entry_no = j.entry_no and o.fund_id <> all ({4})) as mine) w
          join posting p on p.book_id = j.book_id and p.entry_no = j.entry_no and ({3} or p.fund_id = any ({4}))
          left join narrative n on n.book_id = j.book_id and n.narrative_id = j.narrative_id and w.mine
          left join narrative m on m.book_id = p.book_id and m.narrative_id = p.narrative_id and p.narrative_id <> j.narrative_id
         where j.book_id = {0} and j.occurred_on <= {1} and j.series = any ({2})

        """;

    /// <summary>2026-03 记-12.</summary>
    public string VoucherNumber => string.Create(CultureInfo.InvariantCulture, $"{new PeriodNumber(Period)} {Series}-{Number}");

    /// <summary>Debits minus credits, as plain-text accounting writes a line.</summary>
    public long Signed => IsDebit ? Units : checked(-Units);

    /// <summary>In the order of their posting.</summary>
    /// <param name="memorandum">Whether commitments, hours and points are meant, or what is money.</param>
    public static IAsyncEnumerable<JournalLine> ByPosition(ExportSource source, bool memorandum, CancellationToken ct) =>
        Read(source, "order by j.entry_no, p.line_no", memorandum ? ["备", "时", "分"] : ["记", "转"], ct);

    /// <summary>In the order of the days, as a journal is kept on paper.</summary>
    public static IAsyncEnumerable<JournalLine> ByDay(ExportSource source, CancellationToken ct) =>
        Read(source, "order by j.occurred_on, j.entry_no, p.line_no", ["记", "转", "备", "时", "分"], ct);

    private static IAsyncEnumerable<JournalLine> Read(
        ExportSource source, string order, string[] series, CancellationToken ct) =>
        Cursor.Rows(source.Work, FormattableStringFactory.Create(
            Statement + order, source.Work.Book, source.Until, series, source.Part is null, source.Within), ct)
            .Select(Of);

    private static JournalLine Of(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetInt32(3), row.GetFieldValue<DateOnly>(4), row.GetString(5),
        row.Text(6), row.GetInt64(7), row.GetInt64(8), row.Whole(9), row.Text(10), row.GetDateTime(11), row.Whole(12),
        row.GetInt16(13), row.GetInt32(14), row.GetInt32(15), row.GetBoolean(16), row.GetInt64(17), row.GetString(18),
        row.GetString(19), row.GetString(20), row.GetString(21), row.GetString(22), row.Whole(23), row.Whole(24), row.Whole(25),
        row.Whole(26), row.Text(27), row.IsDBNull(28) ? null : row.GetFieldValue<byte[]>(28), row.GetBoolean(29));
}
