using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// Money went from one own account to another, or was drawn in cash or paid in. Nothing is earned or spent: both legs are
/// internal cash (rulings 13). The other account's statement shows it too; that line is given here, or found again later with
/// MatchVoucher.
/// </summary>
/// <param name="Rest">The line of the account it is seen on.</param>
/// <param name="OtherAccount">Key of the other cash or bank account.</param>
/// <param name="OtherLine">The other account's line, if its statement is here.</param>
public sealed record RecordTransfer(
    Guid Key, BankRest Rest, string OtherAccount, [property: Personal] string Narrative, long? OtherLine = null,
    LocalDate? BookedOn = null, IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>The other account is no cash or bank account of ours, or the same one.</summary>
    public const string NotOwn = "own-transfer.not-own";

    /// <summary>The other account's line does not mirror this one.</summary>
    public const string NoMirror = "own-transfer.no-mirror";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        TakenLines taken = await TakenLines.Lock(work, Rest, ct);
        LocalDate day = await work.BookedDay(taken.Day, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account own = chart.ById(taken.Account.AccountId).Account;
        Account other = chart.Find(OtherAccount) is { Account: { Role: AccountRole.OwnCash } cash, TakesLines: true }
            && cash != own
            ? cash : throw new RefusedException(NotOwn, ("account", chart.Find(OtherAccount)?.Name ?? OtherAccount));
        List<BankPart> parts = [.. taken.Parts];
        if (OtherLine is { } mirror)
        {
            TakenLines there = await TakenLines.Lock(work, new BankRest([mirror]), ct);
            if (there.Amount != -taken.Amount || chart.ById(there.Account.AccountId).Account != other)
            {
                throw new RefusedException(NoMirror, ("amount", -taken.Amount), ("found", there.Amount));
            }

            parts.AddRange(there.Parts);
        }

        Fund general = (await work.Funds(ct)).Single(fund => fund.Kind == FundKind.General);
        Tags internally = new(CashFlow: CashFlow.Internal);
        (Account from, Account to) = taken.Amount.IsNegative ? (own, other) : (other, own);
        JournalEntry entry = JournalEntry.On(day, Narrative)
            .Debit(to, general.Code, taken.Size, internally).Credit(from, general.Code, taken.Size, internally).Balanced();
        return await work.Prepare(new Draft(entry, Bank: parts, Documents: Documents), ct);
    }
}
