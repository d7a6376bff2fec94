using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>One line as a person wrote it in the grid. A negative amount is red ink.</summary>
/// <param name="Account">Key of the account.</param>
/// <param name="Restriction">Null takes the fund's own default where the account asks for one.</param>
/// <param name="CashFlow">Key of the item; null lets the other lines tell where they can.</param>
public sealed record VoucherRow(
    string Account, int Fund, Side Side, Amount Amount, Restriction? Restriction = null, string? CashFlow = null,
    MovementKind Movement = MovementKind.Ordinary, long? Counterparty = null, string? Narrative = null);

/// <summary>制单: an accountant writes a voucher by hand; it waits until another person has reviewed it.</summary>
public sealed record PrepareVoucher(Guid Key, LocalDate OccurredOn, string Narrative, IReadOnlyList<VoucherRow> Rows) : Command<long>(Key)
{
    /// <summary>Memorandum accounts are moved by the workflow they belong to, never by hand.</summary>
    public const string MemorandumByHand = "voucher.memorandum-by-hand";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant).For(Rows.Select(row => row.Fund)));

    internal override async Task<long> Apply(Work work, CancellationToken ct) =>
        await work.Prepare(await Entry(work, ct), ct: ct);

    private async Task<JournalEntry> Entry(Work work, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(OccurredOn, ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        EntryDraft draft = JournalEntry.On(OccurredOn, Narrative);
        foreach (VoucherRow row in Rows)
        {
            ChartAccount account = chart.Find(row.Account) ?? throw new RefusedException(Chart.UnknownAccount, ("typed", row.Account));
            Fund fund = funds.GetValueOrDefault(row.Fund) ?? throw new RefusedException(Work.UnknownFund, ("typed", row.Fund));
            if (account.Account.Class == AccountClass.Memorandum)
            {
                throw new RefusedException(MemorandumByHand, ("account", account.Name));
            }

            Tags tags = new(
                Restriction: row.Restriction ?? DefaultRestriction(account.Account, fund),
                CashFlow: account.Account.Role == AccountRole.OwnCash ? CashFlow.Find(row.CashFlow) ?? GuessCashFlow(chart, row) : null,
                Movement: row.Movement,
                Counterparty: row.Counterparty,
                Narrative: string.IsNullOrWhiteSpace(row.Narrative) ? null : row.Narrative);
            Write(draft, account.Account, fund.Code, row, tags);
        }

        return draft.Balanced();
    }

    private static void Write(EntryDraft draft, Account account, string fund, VoucherRow row, Tags tags)
    {
        Amount size = row.Amount.IsNegative ? -row.Amount : row.Amount;
        _ = (row.Side, row.Amount.IsNegative) switch
        {
            (Side.Debit, false) => draft.Debit(account, fund, size, tags),
            (Side.Credit, false) => draft.Credit(account, fund, size, tags),
            (Side.Debit, true) => draft.RedDebit(account, fund, size, tags),
            _ => draft.RedCredit(account, fund, size, tags),
        };
    }

    private static Restriction? DefaultRestriction(Account account, Fund fund) => account switch
    {
        { Key: Account.Keys.UnrestrictedNetAssets } => Restriction.Unrestricted,
        { Key: Account.Keys.RestrictedNetAssets } => Restriction.Restricted,
        { NeedsRestriction: true } => fund.DefaultRestriction,
        _ => null,
    };

    /// <summary>
    /// The contra accounts tell the item where they leave no choice (regulation: form 03, feeding accounts); programme
    /// cost does not (a grant or a purchase), so there the person is asked.
    /// </summary>
    private CashFlow? GuessCashFlow(Chart chart, VoucherRow cash)
    {
        CashFlow?[] told =
        [
            .. Rows.Where(row => row.Fund == cash.Fund && row.Side != cash.Side && chart.Find(row.Account) is { Account.IsCash: false })
                .Select(row => ContraItem(row.Account, cash.Side)).Distinct(),
        ];
        bool onlyCash = Rows.All(row => chart.Find(row.Account) is { Account.IsCash: true });
        return onlyCash ? CashFlow.Internal : told is [{ } one] ? one : null;
    }

    private static CashFlow? ContraItem(string account, Side cashSide) => (account.Split('.')[0], cashSide) switch
    {
        (Account.Keys.DonationIncome, Side.Debit) => CashFlow.DonationsReceived,
        ("dues-income", Side.Debit) => CashFlow.DuesReceived,
        ("service-income", Side.Debit) => CashFlow.ServicesReceived,
        ("sales-income", Side.Debit) => CashFlow.SalesReceived,
        ("government-grant-income", Side.Debit) => CashFlow.SubsidiesReceived,
        ("other-income", Side.Debit) => CashFlow.OtherReceived,
        ("investment-income", Side.Debit) => CashFlow.InvestmentIncomeReceived,
        ("payroll-payable", Side.Credit) => CashFlow.StaffPaid,
        ("taxes-payable", Side.Credit) => CashFlow.TaxesPaid,
        ("project-advances", Side.Credit) => CashFlow.GrantsPaid,
        (Account.Keys.ManagementExpense or Account.Keys.FundraisingExpense or "other-expense", Side.Credit) => CashFlow.OtherPaid,
        ("fixed-assets" or "intangible-assets", Side.Credit) => CashFlow.AssetsPaid,
        _ => null,
    };
}
