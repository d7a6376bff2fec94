using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// A suspense item turns out to be something else than a gift (that is RecordDonation): income of another kind, a refund of an
/// expense, a debt to somebody. The bank is not touched again.
/// </summary>
/// <param name="Amount">What is cleared, all or a part.</param>
/// <param name="Counter">Key of the account it belongs to: income, expense (written in red) or liability.</param>
public sealed record ClearSuspense(
    Guid Key, long Suspense, Amount Amount, int Fund, string Counter, Restriction Restriction, string CashFlow,
    [property: Personal] string Party, PersonKind PartyKind, [property: Personal] string Narrative,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>Neither income, expense nor liability, or a gift, which is recorded as one.</summary>
    public const string NotSo = "suspense.not-so";

    /// <summary>The item of the cash-flow statement is one of money out, or none.</summary>
    public const string BadItem = "suspense.bad-item";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        var (item, bank) = await Books.Suspense.Find(work, Suspense, ct);
        LocalDate day = await work.FirstOpenDay(work.Today, ct);
        Chart chart = await work.ChartOn(day, ct);
        Fund fund = await work.FundById(Fund, ct);
        Account counter = chart.Find(Counter) is { TakesLines: true } found && MayBe(found, item) ? found.Account
            : throw new RefusedException(NotSo, ("account", chart.Find(Counter)?.Name ?? Counter));
        // Money that is kept came in; what goes in red against an expense lowers what was paid.
        CashFlow flow = Ledger.CashFlow.Find(CashFlow) is { IsInflow: { } isIn } known && (isIn || counter.Class == AccountClass.Expense)
            ? known : throw new RefusedException(BadItem, ("account", counter.Code), ("typed", CashFlow));
        Books.Counterparty.KeepOut(RecordExpense.PayeeInNarrative, PartyKind, Party, Narrative);
        Tags tags = new(counter.NeedsRestriction ? Restriction : null,
            Counterparty: await Counterparty.FindOrAdd(work, PartyKind, Party, ct));
        EntryDraft draft = item.HandTo(JournalEntry.On(day, Narrative), chart, bank, await work.FundById(item.FundId, ct),
            fund, Amount, flow);
        draft = counter.Class == AccountClass.Expense
            ? draft.RedDebit(counter, fund.Code, Amount, tags)
            : draft.Credit(counter, fund.Code, Amount, tags);
        long voucher = await work.Prepare(new Draft(draft.Balanced(), Documents: Documents), ct);
        await Books.Suspense.Take(work, Suspense, voucher, Amount, ct);
        return voucher;
    }

    private static bool MayBe(ChartAccount account, Suspense item) =>
        account.Account.Class is AccountClass.Income or AccountClass.Expense or AccountClass.Liability
        && account.Account.Role is not AccountRole.Agency && account.Account.Key != Account.Keys.DonationIncome
        && account.AccountId != item.AccountId;
}
