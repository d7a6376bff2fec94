using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>What was chosen for a line, read off the voucher that rests on it: that voucher is what the person
/// accepted.</summary>
internal sealed record LineChoice(DisposalKind Kind, int? Fund, int? Account, string CashFlow, string Restriction)
{
    /// <returns>Null if nothing rests on the line, or what does is of no lasting kind: an opening, a refund, several things at
    /// once.</returns>
    public static async Task<(LineChoice Choice, string Narrative)?> Of(Work work, BankLine line, CancellationToken ct)
    {
        long voucher = await BankMatch.Open(work.Db, work.Book).Where(match => match.BankLineId == line.BankLineId)
            .OrderByDescending(match => match.VoucherId).Select(match => match.VoucherId).FirstOrDefaultAsync(ct);
        BankAccount bank = await work.Db.Set<BankAccount>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.BankAccountId == line.BankAccountId, ct);
        List<VoucherLine> lines = await work.Db.VoucherLines.AsNoTracking()
            .Where(row => row.BookId == work.Book && row.VoucherId == voucher).OrderBy(row => row.LineNo).ToListAsync(ct);
        VoucherLine[] counter = [.. lines.Where(row => row.AccountId != bank.AccountId && row.AccountId != bank.AgencyAccountId)];
        if (counter.Length == 0 || counter.Any(row => row.Units < 0) || counter.Select(row => row.AccountId).Distinct()
            .Count() > 1)
        {
            return null;
        }

        Account account = (await work.ChartOn(line.OccurredOn, ct)).ById(counter[0].AccountId).Account;
        string flow = lines.FirstOrDefault(row => row.AccountId == bank.AccountId)?.CashFlow ?? "";
        bool isOne = counter.Length == 1;
        DisposalKind? kind = account switch
        {
            { Key: RecordInterest.Income } when line.Units > 0 && (!isOne || flow == Ledger.CashFlow.OtherReceived.Key) =>
                DisposalKind.Interest,
            _ when !isOne => null,
            { Key: Ledger.Account.Keys.DonationIncome } => DisposalKind.Gift,
            { Key: Ledger.Account.Keys.FundraisingExpense } when counter[0].CounterpartyId is null => DisposalKind.Fee,
            { Class: AccountClass.Expense } => DisposalKind.Expense,
            { Role: AccountRole.OwnCash } => DisposalKind.Transfer,
            { Key: AgencyCash.Liabilities } => DisposalKind.Agency,
            _ when account.Key.StartsWith(RecordSuspense.Payables, StringComparison.Ordinal) && line.Units > 0 =>
                DisposalKind.Suspense,
            _ => null,
        };
        if (kind is not { } known)
        {
            return null;
        }

        long narrative = await work.Db.Vouchers.Where(row => row.BookId == work.Book && row.VoucherId == voucher)
            .Select(row => row.NarrativeId).SingleAsync(ct);
        string words = await work.Db.Set<Narrative>().Where(row => row.BookId == work.Book && row.NarrativeId == narrative)
            .Select(row => row.Text).SingleAsync(ct) ?? "";
        bool hasFund = known is DisposalKind.Gift or DisposalKind.Expense or DisposalKind.Fee;
        return (new LineChoice(
            known, hasFund ? counter[0].FundId : null, known is DisposalKind.Expense or DisposalKind.Transfer
                ? counter[0].AccountId : null,
            known == DisposalKind.Expense ? flow : "", hasFund ? counter[0].Restriction : ""), words);
    }
}
