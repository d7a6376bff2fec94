using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>
/// An accountant writes the voucher of an approved debt: the expense on the day it was incurred, against what is owed. Restricted
/// gifts are used here, not when the bank pays.
/// </summary>
/// <param name="BookedOn">The open day it is booked on, if it comes late: the month it was incurred in is closed.</param>
public sealed record PrepareDebt(Guid Key, long Debt, LocalDate? BookedOn = null) : Command<long>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Role.Accountant).For(await Payments.Debt.FundsOf(work, Debt, ct));

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Debt debt = await Payments.Debt.Lock(work, Debt, ct, DebtState.Approved);
        List<DebtLine> lines = await Payments.Debt.LinesOf(work, debt, ct);
        DebtWriting.RefuseIfAcrossYears(lines.Select(line => line.OccurredOn));
        LocalDate day = await work.BookedDay(lines.Max(line => line.OccurredOn), BookedOn, ct);
        JournalEntry entry = await Entry(work, debt, lines, day, ct);
        debt.VoucherId = await work.Prepare(
            new Draft(entry, Documents: await Papers(work, debt, ct), Then: new OweDebt(Debt), Otherwise: new ReopenDebt(Debt),
                Undo: new UndoDebt(Debt)), ct);
        debt.State = DebtState.Prepared;
        return debt.VoucherId.Value;
    }

    private static async Task<JournalEntry> Entry(Work work, Debt debt, List<DebtLine> lines, LocalDate day, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(day, ct);
        Account payable = DebtAccounts.Payable(chart, debt.Kind);
        EntryDraft draft = JournalEntry.On(day, debt.Title);
        foreach (DebtLine line in lines)
        {
            Account expense = chart.ById(line.AccountId).Account;
            Fund fund = await work.FundById(line.FundId, ct);
            draft.Debit(expense, fund.Code, Amount.Fen(line.Units), new Tags(
                expense.NeedsRestriction ? line.Restriction : null, Project: line.ProjectId, Counterparty: debt.CreditorId, Narrative: line.What));
        }

        foreach (var fund in lines.GroupBy(line => line.FundId).OrderBy(group => group.Key))
        {
            draft.Credit(payable, (await work.FundById(fund.Key, ct)).Code, Amount.Fen(fund.Sum(line => line.Units)),
                new Tags(Counterparty: debt.CreditorId));
        }

        await Release(work, chart, draft, lines, day, ct);
        return draft.Balanced();
    }

    private static async Task Release(Work work, Chart chart, EntryDraft draft, List<DebtLine> lines, LocalDate day, CancellationToken ct)
    {
        foreach (var fund in lines.Where(line => line.Restriction == Restriction.Restricted
            && !chart.ById(line.AccountId).Account.NeedsRestriction).GroupBy(line => (line.FundId, line.ProjectId)))
        {
            await ReleaseAsUsed.Write(work, chart, draft, await work.FundById(fund.Key.FundId, ct), Amount.Fen(fund.Sum(line => line.Units)), day, ct,
                new Tags(Project: fund.Key.ProjectId));
        }
    }

    /// <summary>Its papers become uploads of the accountant for the moment, since only a voucher's maker encloses.</summary>
    private static async Task<IReadOnlyList<Enclosure>> Papers(Work work, Debt debt, CancellationToken ct)
    {
        List<byte[]> papers = await work.Db.Set<DebtDocument>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.DebtId == debt.DebtId && row.Version == debt.Version)
            .OrderBy(row => row.Ordinal).Select(row => row.Sha256).ToListAsync(ct);
        DateTime now = work.Now.ToDateTimeUtc();
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into document_upload (book_id, uploaded_by, sha256, format, name, sheets, invoice_number, content, uploaded_at, expires_at)
            select book_id, {work.ActorId}, sha256, format, name, sheets, invoice_number, content, {now}, {now.AddHours(1)} from debt_document
             where book_id = {work.Book} and debt_id = {debt.DebtId} and version = {debt.Version}
            on conflict do nothing
            """,
            ct);
        return [.. papers.Select(hash => Enclosure.Of(hash))];
    }
}

/// <summary>Where debts stand in the chart.</summary>
internal static class DebtAccounts
{
    /// <summary>其他应付款 is divided, and none of its parts is for claims.</summary>
    public const string Divided = "debt.payable-divided";

    /// <summary>The name that a sub-account for claims bears where the account itself is divided.</summary>
    private const string ClaimsPart = "报销";

    /// <summary>Suppliers are owed on 应付账款, everybody else on 其他应付款.</summary>
    public static Account Payable(Chart chart, DebtKind kind)
    {
        ChartAccount account = chart.Find(kind == DebtKind.Bill ? "accounts-payable" : "other-payables")!;
        ChartAccount[] parts = [.. chart.Accounts.Where(part => part.ParentId == account.AccountId && part.TakesLines)];
        return account.TakesLines ? account.Account
            : parts.FirstOrDefault(part => part.NameZh.Contains(ClaimsPart, StringComparison.Ordinal) || (kind == DebtKind.Bill && parts.Length == 1))
                ?.Account
                ?? throw new RefusedException(Divided, ("account", account.Name), ("part", ClaimsPart));
    }

    /// <summary>Activities buy goods and services; what else is paid is other business.</summary>
    public static CashFlow ItemOf(DebtKind kind, Account expense) =>
        kind == DebtKind.Bill || expense.Key.StartsWith(Account.Keys.ProgrammeCost, StringComparison.Ordinal)
            ? CashFlow.PurchasesPaid : CashFlow.OtherPaid;
}
