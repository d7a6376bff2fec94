using System.Globalization;
using System.Runtime.CompilerServices;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Npgsql;

namespace CommunityFund.Exports;

/// <summary>The registers of a book. A row is one array that is filled anew, for the writer is done with it before the
/// next.</summary>
internal sealed class Registers(ExportSource source, Words words) : RegisterRows(source, words)
{
    /// <summary>The account's number in the book, which live sums go by.</summary>
    public const int AccountColumn = 7;

    public const int DayColumn = 1, KindColumn = 4;

    public const int DebitColumn = 12, CreditColumn = 13;

    private static readonly IReadOnlyList<string?> NotIn = [null];

    private readonly TaskCompletionSource<IReadOnlyList<OtherLeaf>> _otherLeaves = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long _debit, _credit;

    /// <summary>Entries whose leaf is not theirs, once the log's rows are read to their end.</summary>
    public Task<IReadOnlyList<OtherLeaf>> OtherLeaves => _otherLeaves.Task;

    /// <summary>What the journal's lines came to, in fen, once they were read.</summary>
    public (long Debit, long Credit) JournalTotals => (_debit, _credit);

    public Register Journal(long lines) => new("journal", Columns(
        ("position", RegisterKind.Whole, 9), ("day", RegisterKind.Day, 12), ("period", RegisterKind.Text, 10),
        ("number", RegisterKind.Text, 14), ("kind", RegisterKind.Text, 11), ("line", RegisterKind.Whole, 6),
        ("words", RegisterKind.Text, 32), ("account-id", RegisterKind.Whole, 8), ("code", RegisterKind.Text, 12),
        ("account", RegisterKind.Text, 28), ("fund-code", RegisterKind.Text, 9), ("fund", RegisterKind.Text, 22),
        ("debit", RegisterKind.Money, 16), ("credit", RegisterKind.Money, 16), ("restriction", RegisterKind.Text, 10),
        ("cash-flow", RegisterKind.Text, 22), ("movement", RegisterKind.Text, 14), ("project-class", RegisterKind.Text, 12),
        ("project", RegisterKind.Whole, 9), ("counterparty", RegisterKind.Whole, 9), ("enterprise", RegisterKind.Whole, 9),
        ("document", RegisterKind.Whole, 9), ("voucher", RegisterKind.Whole, 9), ("maker", RegisterKind.Whole, 9),
        ("reviewer", RegisterKind.Whole, 9), ("rule", RegisterKind.Text, 12), ("posted", RegisterKind.Text, 20),
        ("corrects", RegisterKind.Whole, 9), ("salt", RegisterKind.Text, 12)), lines, Lines)
    {
        // What the voucher says too, ids and digests stay off the paper.
        Printed = 15,
    };

    public Register Memorandum(long lines) => new("memorandum", Columns(
        ("position", RegisterKind.Whole, 9), ("day", RegisterKind.Day, 12), ("number", RegisterKind.Text, 14),
        ("line", RegisterKind.Whole, 6), ("words", RegisterKind.Text, 32), ("code", RegisterKind.Text, 12),
        ("account", RegisterKind.Text, 28), ("fund-code", RegisterKind.Text, 9), ("fund", RegisterKind.Text, 22),
        ("commodity", RegisterKind.Text, 10), ("debit-units", RegisterKind.Whole, 16), ("credit-units", RegisterKind.Whole, 16),
        ("counterparty", RegisterKind.Whole, 9), ("voucher", RegisterKind.Whole, 9)), lines, Memoranda);

    /// <summary>Every entry as the log covers it; of those after the last day only the leaf.</summary>
    public Register Log(long rows) => new("log", Columns(
        ("position", RegisterKind.Whole, 9), ("piece", RegisterKind.Whole, 6), ("canonical", RegisterKind.Text, 90),
        ("leaf", RegisterKind.Text, 66)), rows, Logged, IsHashed: false);

    public Register Vouchers(long vouchers) => new("vouchers", Columns(
        ("voucher", RegisterKind.Whole, 9), ("state", RegisterKind.Text, 11), ("number", RegisterKind.Text, 14),
        ("position", RegisterKind.Whole, 9), ("kind", RegisterKind.Text, 11), ("day", RegisterKind.Day, 12),
        ("period", RegisterKind.Text, 10), ("words", RegisterKind.Text, 32), ("lines", RegisterKind.Whole, 7),
        ("total", RegisterKind.Money, 16), ("documents", RegisterKind.Whole, 9), ("maker", RegisterKind.Whole, 9),
        ("prepared", RegisterKind.Text, 20), ("reviewer", RegisterKind.Whole, 9), ("decided", RegisterKind.Text, 20),
        ("reason", RegisterKind.Text, 30), ("corrects", RegisterKind.Whole, 9)), vouchers, ct => Rows(
        $"""
        select v.voucher_id, v.state, j.period, j.series, j.number, v.entry_no, v.kind, v.occurred_on, v.period, n.text,
               coalesce(w.lines, v.line_count), coalesce(w.total, v.total),
               case when w.mine then coalesce(cardinality(v.document_hashes), 0) end, v.maker_id, v.prepared_at, v.decided_by,
               v.decided_at, case when w.mine then v.reason end, v.corrects_entry_no, not w.mine
          from voucher v
          left join lateral (
            select true as mine, null::bigint as lines, null::bigint as total where {IsWhole}
            union all
            select count(*) = v.line_count, count(*), coalesce(sum(l.units) filter (where l.side = 'D'), 0)::bigint from voucher_line l
             where not {IsWhole} and l.book_id = v.book_id and l.voucher_id = v.voucher_id and l.fund_id = any ({Within})
            having count(*) > 0) w on true
          left join narrative n on n.book_id = v.book_id and n.narrative_id = v.narrative_id and w.mine
          left join journal_entry j on j.book_id = v.book_id and j.entry_no = v.entry_no
         where v.book_id = {Book} and v.occurred_on <= {Until} and w.mine is not null
         order by v.voucher_id
        """,
        row => [row.GetInt64(0), Said<VoucherState>(row.GetString(1)), Number(row, 2), row.Whole(5),
            Said<VoucherKind>(row.GetString(6)), row.GetFieldValue<DateOnly>(7), Period(row.GetInt32(8)),
            row.GetBoolean(19) ? Shared : row.Text(9), row.GetInt64(10), row.GetInt64(11), row.Whole(12), row.GetInt64(13), Moment(row, 14),
            row.Whole(15), Moment(row, 16), row.Text(17), row.Whole(18)], ct), IsHashed: false);

    public Register Accounts() => new("accounts", Columns(
        ("account-id", RegisterKind.Whole, 8), ("code", RegisterKind.Text, 14), ("account", RegisterKind.Text, 34),
        ("key", RegisterKind.Text, 30), ("class", RegisterKind.Text, 12), ("above", RegisterKind.Text, 14)),
        Source.Accounts.Count,
        _ => Source.Accounts.Values.OrderBy(account => account.Code, StringComparer.Ordinal).Select(account => new RegisterCell[]
        {
            (long)account.AccountId, account.Code, account.Name, account.Key, Words.Show(account.Class),
            account.ParentId is { } parent ? Account(parent).Code : null,
        }).ToAsyncEnumerable(), IsHashed: false);

    public Register Funds() => new("funds", Columns(
        ("fund-code", RegisterKind.Text, 9), ("fund", RegisterKind.Text, 28), ("kind", RegisterKind.Text, 12),
        ("above", RegisterKind.Text, 9), ("restriction", RegisterKind.Text, 10), ("clause", RegisterKind.Text, 40),
        ("principal", RegisterKind.Money, 16), ("state", RegisterKind.Text, 10), ("opened", RegisterKind.Day, 12)),
        Source.Funds.Count, FundRows, IsHashed: false);

    /// <param name="named">Of a part, whose numbers are on other sheets; null for all.</param>
    public Register People(long people, long[]? named) => new("people", Columns(
        ("person", RegisterKind.Whole, 10), ("person-kind", RegisterKind.Text, 12), ("name", RegisterKind.Text, 40)), named?.Length ?? people,
        ct => Rows(
            named is null ? FormattableStringFactory.Create(
                $"select person_id, kind, name from person where {ExportedTable.PeopleOfBook} order by person_id", Book)
                : $"select person_id, kind, name from person where person_id = any ({named}) order by person_id",
            row => [row.GetInt64(0), Said<PersonKind>(row.GetString(1)), row.GetString(2)], ct), IsHashed: false);

    private async IAsyncEnumerable<RegisterCell[]> FundRows([EnumeratorCancellation] CancellationToken ct)
    {
        ILookup<int, string> clauses = (await Source.Work.Db.Set<FundClause>().AsNoTracking()
            .Where(row => row.BookId == Book && row.ForAll && (row.InForceFrom == null || row.InForceFrom <= Source.Facts.Day))
            .OrderBy(row => row.FundClauseId).ToListAsync(ct)).ToLookup(row => row.FundId, row => row.Words);
        foreach (Fund fund in Source.Funds.Values.OrderBy(fund => fund.Code, StringComparer.Ordinal))
        {
            yield return
            [
                fund.Code, fund.Name, Words.Show(fund.Kind), fund.ParentId is { } parent ? Source.Funds.GetValueOrDefault(parent)?.Code : null,
                Words.Show(fund.DefaultRestriction), string.Join(" · ", clauses[fund.FundId]), fund.PrincipalMinimum,
                Words.Show(fund.State), fund.OpenedOn.ToDateOnly(),
            ];
        }
    }

    private async IAsyncEnumerable<RegisterCell[]> Lines([EnumeratorCancellation] CancellationToken ct)
    {
        RegisterCell[] cells = new RegisterCell[29];
        // The same code may be another word in another column.
        Dictionary<string, string>[] said = [.. Enumerable.Range(0, 4).Select(_ => new Dictionary<string, string>(StringComparer.Ordinal))];
        (int Period, string Said) period = (0, "");
        await foreach (JournalLine line in JournalLine.ByPosition(Source, memorandum: false, ct))
        {
            ExportAccount account = Account(line.AccountId);
            Fund fund = Fund(line.FundId);
            period = period.Period == line.Period ? period : (line.Period, Period(line.Period));
            cells[0] = line.EntryNo;
            cells[1] = line.Day;
            cells[2] = period.Said;
            cells[3] = line.VoucherNumber;
            cells[4] = Term(said[0], line.Kind, Said<VoucherKind>);
            cells[5] = (long)line.LineNo;
            cells[6] = line.LineNarrative ?? (line.IsShared ? Shared : line.Narrative);
            cells[AccountColumn] = (long)line.AccountId;
            cells[8] = account.Code;
            cells[9] = account.Name;
            cells[10] = fund.Code;
            cells[11] = fund.Name;
            (_debit, _credit) = checked(line.IsDebit ? (_debit + line.Units, _credit) : (_debit, _credit + line.Units));
            cells[DebitColumn] = line.IsDebit ? line.Units : default(RegisterCell);
            cells[CreditColumn] = line.IsDebit ? default(RegisterCell) : line.Units;
            cells[14] = Term(said[1], line.Restriction, code => Codes.RestrictionOf(code) is { } known ? Words.Show(known) : "");
            cells[15] = Term(said[2], line.CashFlow, key => CashFlow.Find(key) is { } known ? Words.Show(known) : key);
            cells[16] = line.Movement == "ordinary" ? null : Term(said[3], line.Movement, Said<MovementKind>);
            cells[17] = line.ProjectClass;
            cells[18] = line.ProjectId;
            cells[19] = line.CounterpartyId;
            cells[20] = line.EnterpriseId;
            cells[21] = line.DocumentId;
            cells[22] = line.VoucherId;
            cells[23] = line.MakerId;
            cells[24] = line.ReviewerId;
            cells[25] = line.ReviewRule;
            cells[26] = Moment(line.PostedAt);
            cells[27] = line.CorrectsEntryNo;
            cells[28] = line.Salt is { } salt ? Convert.ToHexStringLower(salt) : null;
            yield return cells;
        }
    }

    private async IAsyncEnumerable<RegisterCell[]> Logged([EnumeratorCancellation] CancellationToken ct)
    {
        LocalDate until = LocalDate.FromDateOnly(Source.Until);
        List<OtherLeaf> others = [];
        await foreach (LoggedEntry logged in LoggedEntry.All(Source.Work, ct))
        {
            if (logged.Other is { } other)
            {
                others.Add(other);
            }

            string leaf = Convert.ToHexStringLower(logged.Leaf);
            IReadOnlyList<string?> pieces = logged.Entry.OccurredOn <= until && Source.Part?.Holds(logged.Entry) != false
                ? logged.Entry.Pieces(RegisterTotals.LinesPerPiece) : NotIn;
            for (int i = 0; i < pieces.Count; i++)
            {
                yield return [logged.Entry.EntryNo, i + 1L, pieces[i], i == 0 ? leaf : null];
            }
        }

        _otherLeaves.TrySetResult(others);
    }

    private IAsyncEnumerable<RegisterCell[]> Memoranda(CancellationToken ct) =>
        JournalLine.ByPosition(Source, memorandum: true, ct).Select(line => new RegisterCell[]
        {
            line.EntryNo, line.Day, line.VoucherNumber, (long)line.LineNo, line.LineNarrative ?? (line.IsShared ? Shared : line.Narrative),
            Account(line.AccountId).Code, Account(line.AccountId).Name, Fund(line.FundId).Code, Fund(line.FundId).Name,
            Words.Show(Commodity.Of(line.Commodity)),
            line.IsDebit ? line.Units : default(RegisterCell), line.IsDebit ? default(RegisterCell) : line.Units,
            line.CounterpartyId, line.VoucherId,
        });

    private IReadOnlyList<RegisterColumn> Columns(params (string Key, RegisterKind Kind, int Width)[] columns) =>
        [.. columns.Select(column => new RegisterColumn(Words[$"export.field.{column.Key}"], column.Kind, column.Width,
            Changes: column.Key is "words" or "salt" or "account" or "fund", IsPerson(column.Key)))];

    private static string Term(Dictionary<string, string> said, string code, Func<string, string> say) =>
        said.TryGetValue(code, out string? known) ? known : said[code] = say(code);
}
