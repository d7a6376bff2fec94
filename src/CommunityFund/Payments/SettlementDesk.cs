using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>A line of the bank that a run of days on a platform's bill may be.</summary>
/// <param name="Fee">What is missing at the bank; the platform keeps it.</param>
public sealed record SettlementGuess(
    long BankLine, LocalDate PaidOn, string Payer, Amount Paid, string Platform, LocalDate From, LocalDate Until, IReadOnlyList<long> Lines,
    Amount Gross, Amount Fee);

/// <summary>What a platform's bill shows of a day and no bank line has settled.</summary>
public sealed record UnsettledDay(string Platform, LocalDate Day, int Lines, Amount Gross);

/// <summary>Settlements that were found, and what is left.</summary>
public sealed record SettlementView(IReadOnlyList<SettlementGuess> Found, IReadOnlyList<UnsettledDay> Left);

/// <summary>
/// Finds settlements by day and amount: a line of the bank is compared with runs of whole days on a platform's bill that end at most
/// a week before it. The fee that is left must be one: nothing, or up to a few per cent; the lower, the likelier.
/// </summary>
public sealed record SettlementDesk : Query<SettlementView>
{
    private const int LongestDays = 10;

    internal override Need Needs => Need.Any(Role.Accountant).ForWholeBook();

    internal override async Task<SettlementView> Answer(Work work, CancellationToken ct)
    {
        Dictionary<int, OwnBankAccount> own = (await OwnBankAccount.All(work, ct)).ToDictionary(account => account.Id);
        var days = (await PlatformLine.Unsettled(work, ct)).GroupBy(line => (line.Platform, line.Day))
            .Select(group => new Day(group.Key.Platform, group.Key.Day, [.. group])).ToList();
        List<BankIn> paid = await work.Db.Database.SqlQuery<BankIn>(
            $"""
            select b.bank_line_id as "Line", b.occurred_on as "Day", b.units as "Units", b.counterparty_name as "Payer"
              from bank_line b join bank_account a on a.book_id = b.book_id and a.bank_account_id = b.bank_account_id and a.kind = 'bank'
             where b.book_id = {work.Book} and b.units > 0 and b.state = 'new'
               and not exists (select 1 from bank_match_open m where m.book_id = b.book_id and m.bank_line_id = b.bank_line_id)
             order by b.occurred_on, b.bank_line_id limit 5000
            """).ToListAsync(ct);
        List<SettlementGuess> found = [];
        HashSet<long> taken = [];
        foreach (BankIn line in paid)
        {
            if (Best(line, days, taken) is { Count: > 0 } run)
            {
                found.Add(Guess(line, run, own));
                taken.UnionWith(run.SelectMany(day => day.Lines).Select(each => each.Line));
            }
        }

        return new SettlementView(found, [.. days.Where(day => !day.Lines.Any(line => taken.Contains(line.Line)))
            .Select(day => new UnsettledDay(own[day.Platform].Bank, Of(day.On), day.Lines.Count, Amount.Fen(day.Units)))]);
    }

    private static List<Day>? Best(BankIn line, List<Day> days, HashSet<long> taken)
    {
        List<Day>? best = null;
        long least = long.MaxValue;
        foreach (var platform in days.Where(day => day.On <= line.Day && day.On >= line.Day.AddDays(-LongestDays)
            && !day.Lines.Any(each => taken.Contains(each.Line))).GroupBy(day => day.Platform))
        {
            Day[] run = [.. platform.OrderBy(day => day.On)];
            for (int from = 0; from < run.Length; from++)
            {
                for (int until = from; until < run.Length; until++)
                {
                    long gross = run[from..(until + 1)].Sum(day => day.Units), fee = gross - line.Units;
                    if (fee >= 0 && fee <= gross / 50 && fee < least)
                    {
                        (best, least) = ([.. run[from..(until + 1)]], fee);
                    }
                }
            }
        }

        return best;
    }

    private static SettlementGuess Guess(BankIn line, List<Day> run, Dictionary<int, OwnBankAccount> own)
    {
        long gross = run.Sum(day => day.Units);
        return new SettlementGuess(line.Line, Of(line.Day), line.Payer, Amount.Fen(line.Units), own[run[0].Platform].Bank, Of(run[0].On),
            Of(run[^1].On), [.. run.SelectMany(day => day.Lines).Select(each => each.Line)], Amount.Fen(gross), Amount.Fen(gross - line.Units));
    }

    private static LocalDate Of(DateOnly day) => new(day.Year, day.Month, day.Day);

    private sealed record Day(int Platform, DateOnly On, List<PlatformLine> Lines)
    {
        public long Units { get; } = Lines.Sum(line => line.Units);
    }

    private sealed record BankIn(long Line, DateOnly Day, long Units, string Payer);
}
