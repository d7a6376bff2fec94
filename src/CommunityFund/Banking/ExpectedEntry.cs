using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>The entries that book expectations as the bank's money moves: their lines, and the bank's leg per fund and item; what they say of
/// promises stands in an entry of its own (series 备).</summary>
/// <param name="Promises">Null where nothing was promised.</param>
/// <param name="Lots">Gifts that the money's voucher names.</param>
internal sealed record ExpectedEntry(JournalEntry Money, JournalEntry? Promises, IReadOnlyList<LotDraw> Lots)
{
    public static async Task<ExpectedEntry> Of(Work work, IReadOnlyList<Expectation> met, int bankAccount, LocalDate day,
        CancellationToken ct)
    {
        long[] ids = [.. met.Select(row => row.ExpectationId)];
        List<ExpectationLine> all = await work.Db.Set<ExpectationLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && ids.Contains(line.ExpectationId))
            .OrderBy(line => line.ExpectationId).ThenBy(line => line.LineNo).ToListAsync(ct);
        Chart chart = await work.ChartOn(day, ct);
        ILookup<bool, ExpectationLine> lines = all.ToLookup(line => chart.ById(line.AccountId).Account.Class == AccountClass.Memorandum);
        EntryDraft draft = await Written(work, chart, lines[false], met, day, ct);
        List<LotDraw> lots = [];
        foreach (Expectation row in met)
        {
            lots.AddRange(Consequence.Read(row.ThenMove) is { } then ? await then.Uses(work, draft, chart, day, ct) : []);
        }

        await BankLegs(work, chart.ById(bankAccount).Account, lines[false], draft, ct);
        return new ExpectedEntry(draft.Balanced(),
            lines[true].Any() ? (await Written(work, chart, lines[true], met, day, ct)).Balanced() : null, lots);
    }

    private static async Task<EntryDraft> Written(
        Work work, Chart chart, IEnumerable<ExpectationLine> lines, IReadOnlyList<Expectation> met, LocalDate day, CancellationToken ct)
    {
        EntryDraft draft = JournalEntry.On(day, met[0].Narrative);
        foreach (ExpectationLine line in lines)
        {
            Account account = chart.ById(line.AccountId).Account;
            Tags tags = Tagged(line, account, met.Single(row => row.ExpectationId == line.ExpectationId).Narrative);
            string fund = (await work.FundById(line.FundId, ct)).Code;
            Amount amount = Amount.Fen(Math.Abs(line.Units));
            _ = (line.Side, line.Units > 0) switch
            {
                (Side.Debit, true) => draft.Debit(account, fund, amount, tags),
                (Side.Debit, false) => draft.RedDebit(account, fund, amount, tags),
                (_, true) => draft.Credit(account, fund, amount, tags),
                _ => draft.RedCredit(account, fund, amount, tags),
            };
        }

        return draft;
    }

    private static async Task BankLegs(Work work, Account bank, IEnumerable<ExpectationLine> lines, EntryDraft draft, CancellationToken ct)
    {
        foreach (var leg in lines.GroupBy(line => (line.FundId, line.CashFlow)))
        {
            long units = leg.Sum(line => line.Side == Side.Credit ? line.Units : -line.Units);
            Tags tags = new(CashFlow: CashFlow.Find(leg.Key.CashFlow));
            string fund = (await work.FundById(leg.Key.FundId, ct)).Code;
            _ = units switch
            {
                > 0 => draft.Debit(bank, fund, Amount.Fen(units), tags),
                < 0 => draft.Credit(bank, fund, Amount.Fen(-units), tags),
                _ => draft,
            };
        }
    }

    // Expenses say restricted or not from 2026 on; who waits for one does not know the year that the bank will pay in.
    private static Tags Tagged(ExpectationLine line, Account account, string narrative) => new(
        account is { Class: AccountClass.Expense, NeedsRestriction: false } ? null : Codes.RestrictionOf(line.Restriction),
        CashFlow: account.Role == AccountRole.OwnCash ? CashFlow.Find(line.CashFlow) : null,
        Movement: line.Movement, ProjectClass: line.ProjectClass.Length > 0 ? line.ProjectClass : null, Project: line.ProjectId,
        Counterparty: line.CounterpartyId, Enterprise: line.EnterpriseId, Clause: line.Clause.Length > 0 ? line.Clause : null, Narrative: narrative);
}
