using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>Where a bank line stands: its voucher's state if it has one, else what a person decided.</summary>
public enum LineStage
{
    /// <summary>Waits to be disposed of.</summary>
    ToDo,

    /// <summary>Set aside.</summary>
    Held,

    /// <summary>Needs no voucher.</summary>
    Ignored,

    /// <summary>Its voucher waits for review.</summary>
    Waiting,

    /// <summary>Its voucher stands in the books.</summary>
    Posted,

    /// <summary>May be here twice, from two sources; a person decides.</summary>
    Doubtful,
}

/// <summary>A bank line in a list.</summary>
public sealed record BankLineItem(
    long BankLineId, LocalDate OccurredOn, Amount Amount, Amount? BalanceAfter, string CounterpartyName, string Summary,
        string Remark,
    string Account, LineStage Stage, string Reason, long? VoucherId);

/// <summary>One page of bank lines, and sums over all that fit the filter.</summary>
public sealed record BankLineItems(
    IReadOnlyList<BankLineItem> Items, int Total, Amount MoneyIn, Amount MoneyOut, IReadOnlyDictionary<LineStage, int> Counts,
    IReadOnlyList<BankAccount> Accounts);

/// <summary>Bank lines in one stage (or all), oldest first.</summary>
public sealed record BankLineList(
    LineStage? Stage, int? BankAccount, string Text, int Page, int PageSize = 50, BankWay? Way = null)
    : Query<BankLineItems>
{
    internal static readonly Role[] Readers =
        [Role.Accountant, Role.VoucherReviewer, Role.Cashier, Role.FinanceOffice, Role.Panel, Role.Admin];

    internal override Need Needs => Need.Any(Readers).ForWholeBook();

    internal override async Task<BankLineItems> Answer(Work work, CancellationToken ct)
    {
        string text = PlainText.Of(Text);
        IQueryable<Row> rows = Rows(work).Where(row => (BankAccount == null || row.Line.BankAccountId == BankAccount)
            && (Way == null || row.Line.Units > 0 == (Way == BankWay.In))
            && (text == "" || row.Line.CounterpartyName.Contains(text) || row.Line.Summary.Contains(text)
            || row.Line.Remark.Contains(text)));
        Dictionary<LineStage,
            int> counts = (await rows.GroupBy(row => row.Stage).Select(group => new { group.Key, Count = group.Count() })
                .ToListAsync(ct))
            .ToDictionary(group => (LineStage)group.Key, group => group.Count);
        int? stage = (int?)Stage;
        rows = rows.Where(row => stage == null || row.Stage == stage);
        var sums = await rows.GroupBy(row => row.Line.Units > 0)
            .Select(group => new { IsIn = group.Key, Units = group.Sum(row => row.Line.Units), Count = group.Count() })
            .ToListAsync(ct);
        List<BankAccount> accounts = await OwnAccount.All(work, ct);
        Dictionary<int, string> names = await AccountNames(work, accounts, ct);
        List<Row> page = await rows.OrderBy(row => row.Line.OccurredOn).ThenBy(row => row.Line.BankLineId)
            .Skip((Math.Max(1, Page) - 1) * PageSize).Take(PageSize).ToListAsync(ct);
        return new BankLineItems(
            [.. page.Select(row => Item(row, names))], sums.Sum(sum => sum.Count),
            Amount.Fen(sums.Where(sum => sum.IsIn).Sum(sum => sum.Units)),
                Amount.Fen(sums.Where(sum => !sum.IsIn).Sum(sum => sum.Units)),
            counts, accounts);
    }

    /// <param name="only">One line, if only that is looked at.</param>
    internal static IQueryable<Row> Rows(Work work, long? only = null) =>
        from line in work.Db.Set<BankLine>().AsNoTracking()
        where line.BookId == work.Book && (only == null || line.BankLineId == only)
        join taken in BankMatch.Open(work.Db, work.Book).Where(match => only == null || match.BankLineId == only)
                .GroupBy(match => match.BankLineId).Select(each => new
                {
                    Line = each.Key,
                    Units = each.Sum(match => match.Units),
                    Voucher = each.Max(match => match.VoucherId),
                    Waiting = each.Max(match => match.IsPosted ? 0 : 1),
                })
            on line.BankLineId equals taken.Line into matches
        from match in matches.DefaultIfEmpty()
        select new Row
        {
            Line = line,
            VoucherId = (long?)match.Voucher,
            Left = line.Units - ((long?)match.Units ?? 0),
            Stage = (long?)match.Units == line.Units
                ? (match.Waiting == 0 ? (int)LineStage.Posted : (int)LineStage.Waiting)
                : line.State == BankLineState.Held ? (int)LineStage.Held
                : line.State == BankLineState.Ignored ? (int)LineStage.Ignored
                : line.State == BankLineState.Doubtful ? (int)LineStage.Doubtful
                : (int)LineStage.ToDo,
        };

    internal static async Task<Dictionary<int, string>> AccountNames(Work work, List<BankAccount> accounts, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        return accounts.ToDictionary(account => account.BankAccountId, account => chart.ById(account.AccountId).Name);
    }

    private static BankLineItem Item(Row row, Dictionary<int, string> names) => new(
        row.Line.BankLineId, row.Line.OccurredOn, Amount.Fen(row.Line.Units), row.Line.BalanceAfter is { } balance
            ? Amount.Fen(balance) : null,
        row.Line.CounterpartyName, row.Line.Summary, row.Line.Remark, names[row.Line.BankAccountId], (LineStage)row.Stage,
            row.Line.Reason, row.VoucherId);

    internal sealed class Row
    {
        public required BankLine Line { get; init; }

        /// <summary>The last of the vouchers that rest on it.</summary>
        public required long? VoucherId { get; init; }

        /// <summary>What no voucher rests on yet.</summary>
        public required long Left { get; init; }

        public required int Stage { get; init; }
    }
}
