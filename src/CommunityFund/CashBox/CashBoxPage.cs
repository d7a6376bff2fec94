using System.Globalization;
using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.CashBox;

/// <summary>A note in the list.</summary>
public sealed record CashNoteRow(
    long Id, CashKind Kind, LocalDate Day, Amount Amount, string Narrative, string Party, string Bank, string NotedBy, long? Voucher,
    string Reason);

/// <summary>A count in the list.</summary>
public sealed record CashCountRow(
    long Id, LocalDate Day, IReadOnlyList<CashPiece> Pieces, Amount Counted, Amount Booked, string CountedBy, string? WatchedBy, long? Voucher,
    bool MayWatch, bool MaySettle)
{
    public Amount Difference => Counted - Booked;
}

/// <summary>A fund or an account to book a note on.</summary>
public sealed record CashChoice(string Key, string Name);

/// <summary>The cash box: what the books say lies there, what waits to be booked, what was counted.</summary>
/// <param name="Expected">What should lie there: booked, and what is noted and not booked yet.</param>
public sealed record CashBoxView(
    Amount Booked, Amount Expected, IReadOnlyList<CashNoteRow> Waiting, IReadOnlyList<CashNoteRow> Done, IReadOnlyList<CashCountRow> Counts,
    IReadOnlyList<CashChoice> Banks, IReadOnlyList<CashChoice> Funds, IReadOnlyList<CashChoice> Accounts, bool Notes, bool Books);

/// <summary>Everything about the main cash box on one page.</summary>
public sealed record CashBoxPage : Query<CashBoxView>
{
    private const int Shown = 30, Most = 1000;

    internal override Need Needs =>
        Need.Any(Role.Cashier, Role.Accountant, Role.VoucherReviewer, Role.FinanceOffice, Role.Panel, Role.Admin).ForWholeBook();

    internal override async Task<CashBoxView> Answer(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        int cash = chart.Accounts.First(account => account.Account.Key == Account.Keys.Cash).AccountId;
        IQueryable<CashNote> all = work.Db.Set<CashNote>().AsNoTracking().Where(note => note.BookId == work.Book)
            .OrderByDescending(note => note.OccurredOn).ThenByDescending(note => note.CashNoteId);
        List<CashNote> waiting = await all.Where(note => note.VoucherId == null && note.DroppedBy == null).Take(Most).ToListAsync(ct);
        List<CashNote> done = await all.Where(note => note.VoucherId != null || note.DroppedBy != null).Take(Shown).ToListAsync(ct);
        List<CashCount> counts = await work.Db.Set<CashCount>().AsNoTracking().Where(count => count.BookId == work.Book)
            .OrderByDescending(count => count.CashCountId).Take(Shown).ToListAsync(ct);
        var names = await PersonName.Of(
            work, waiting.Concat(done).SelectMany(note => new[] { note.NotedBy, note.CounterpartyId })
                .Concat(counts.SelectMany(count => new[] { count.CountedBy, count.WatchedBy })), ct);
        Dictionary<int, string> banks = (await work.Db.Database.SqlQuery<Bank>(
            $"""select bank_account_id as "Id", account_id as "Account" from bank_account where book_id = {work.Book} order by 1""")
            .ToListAsync(ct)).ToDictionary(bank => bank.Id, bank => chart.ById(bank.Account).Name);
        long booked = await CountCash.Booked(work, cash, ct);
        bool books = work.Rights.ReachesAll(Role.Accountant);
        Dictionary<int, long> latest = counts.GroupBy(count => count.AccountId)
            .ToDictionary(group => group.Key, group => group.Max(count => count.CashCountId));
        return new CashBoxView(
            Amount.Fen(booked),
            Amount.Fen(booked + await CountCash.Noted(work, cash, ct)),
            [.. waiting.Select(Row)], [.. done.Select(Row)],
            [
                .. counts.Select(count => new CashCountRow(
                    count.CashCountId, count.CountedOn, Pieces(count), Amount.Fen(count.Units), Amount.Fen(count.BookedUnits),
                    names[count.CountedBy],
                    count.WatchedBy is { } watcher ? names[watcher] : null, count.VoucherId,
                    count.WatchedBy is null && count.CountedBy != work.Actor
                        && work.Rights.ReachesAll(Role.Accountant, Role.VoucherReviewer, Role.Panel),
                    books && count.WatchedBy is not null && count.VoucherId is null && count.Units != count.BookedUnits
                        && latest[count.AccountId] == count.CashCountId)),
            ],
            [.. banks.Select(bank => new CashChoice(bank.Key.ToString(CultureInfo.InvariantCulture), bank.Value))],
            [
                .. (await work.Funds(ct)).Where(fund => fund.IsOwn && fund.State == FundState.Open)
                    .Select(fund => new CashChoice(fund.FundId.ToString(CultureInfo.InvariantCulture), $"{fund.Code} {fund.Name}")),
            ],
            [
                .. chart.Accounts.Where(account => account.TakesLines && !account.Account.IsCash && account.Account.Role != AccountRole.Agency
                    && account.Account.Class is AccountClass.Income or AccountClass.Expense or AccountClass.Asset or AccountClass.Liability)
                    .OrderBy(account => account.Account.Class is AccountClass.Income or AccountClass.Expense ? 0 : 1)
                    .Select(account => new CashChoice(account.Account.Key, $"{account.Code} {account.Name}")),
            ],
            work.Rights.ReachesAll(CashNote.Keepers), books);

        CashNoteRow Row(CashNote note) => new(
            note.CashNoteId, note.Kind, note.OccurredOn, Amount.Fen(note.Units), note.Narrative,
            note.CounterpartyId is { } party ? names[party] : "", note.BankAccountId is { } bank ? banks[bank] : "", names[note.NotedBy],
            note.VoucherId, note.Reason);
    }

    private static IReadOnlyList<CashPiece> Pieces(CashCount count) =>
    [
        .. JsonSerializer.Deserialize<Dictionary<string, int>>(count.Pieces)!
            .Select(piece => new CashPiece(int.Parse(piece.Key, CultureInfo.InvariantCulture), piece.Value)).OrderByDescending(piece => piece.Face),
    ];

    private sealed record Bank(int Id, int Account);
}
