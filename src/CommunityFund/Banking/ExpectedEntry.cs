using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>The entry that books expectations as the bank's money moves: their lines, and the bank's leg per fund and item.</summary>
internal static class ExpectedEntry
{
    public static async Task<JournalEntry> Of(Work work, IReadOnlyList<Expectation> met, int bankAccount, LocalDate day,
        CancellationToken ct)
    {
        long[] ids = [.. met.Select(row => row.ExpectationId)];
        List<ExpectationLine> lines = await work.Db.Set<ExpectationLine>().AsNoTracking()
            .Where(line => line.BookId == work.Book && ids.Contains(line.ExpectationId))
            .OrderBy(line => line.ExpectationId).ThenBy(line => line.LineNo).ToListAsync(ct);
        Chart chart = await work.ChartOn(day, ct);
        Account bank = chart.ById(bankAccount).Account;
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        EntryDraft draft = JournalEntry.On(day, met[0].Narrative);
        foreach (ExpectationLine line in lines)
        {
            Account account = chart.ById(line.AccountId).Account;
            Tags tags = Tagged(line, account, met.Single(row => row.ExpectationId == line.ExpectationId).Narrative);
            _ = line.Side == Side.Debit
                ? draft.Debit(account, funds[line.FundId].Code, Amount.Fen(line.Units), tags)
                : draft.Credit(account, funds[line.FundId].Code, Amount.Fen(line.Units), tags);
        }

        foreach (var leg in lines.GroupBy(line => (line.FundId, line.CashFlow)))
        {
            long units = leg.Sum(line => line.Side == Side.Credit ? line.Units : -line.Units);
            Tags tags = new(CashFlow: CashFlow.Find(leg.Key.CashFlow));
            string fund = funds[leg.Key.FundId].Code;
            _ = units switch
            {
                > 0 => draft.Debit(bank, fund, Amount.Fen(units), tags),
                < 0 => draft.Credit(bank, fund, Amount.Fen(-units), tags),
                _ => draft,
            };
        }

        return draft.Balanced();
    }

    private static Tags Tagged(ExpectationLine line, Account account, string narrative) => new(
        Codes.RestrictionOf(line.Restriction), CashFlow: account.Role == AccountRole.OwnCash ? CashFlow.Find(line.CashFlow) : null,
        Movement: line.Movement, ProjectClass: line.ProjectClass.Length > 0 ? line.ProjectClass : null, Project: line.ProjectId,
        Counterparty: line.CounterpartyId, Enterprise: line.EnterpriseId, Clause: line.Clause.Length > 0 ? line.Clause : null, Narrative: narrative);
}
