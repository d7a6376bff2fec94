using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// Money that passes through us to somebody named beforehand, whom we may not change (受托代理, rulings 14). It is neither income nor
/// expense: it lies on the bank account's agency sub-account, which its first use makes, and is owed to the recipient.
/// </summary>
/// <param name="Recipient">Who it is meant for, whether it comes in or goes out.</param>
public sealed record RecordAgencyMoney(
    Guid Key, BankRest Rest, [property: Personal] string Recipient, PersonKind RecipientKind,
        [property: Personal] string Narrative,
    LocalDate? BookedOn = null, IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>Nobody is named.</summary>
    public const string RecipientMissing = "agency.recipient-missing";

    /// <summary>The narrative names the recipient, who is a natural person.</summary>
    public const string RecipientInNarrative = "agency.recipient-in-narrative";

    internal const string AgencyCash = "bank.agency", Liabilities = "agency-liabilities";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        TakenLines taken = await TakenLines.Lock(work, Rest, ct);
        Counterparty.KeepOut(RecipientInNarrative, RecipientKind, Recipient, Narrative);
        Tags meant = new(Counterparty: await Counterparty.FindOrAdd(work, RecipientKind, Recipient, ct)
            ?? throw new RefusedException(RecipientMissing));
        taken.Account.AgencyAccountId ??= await AgencyAccount(work, taken.Account, ct);
        await work.Db.SaveChangesAsync(ct);
        LocalDate day = await work.BookedDay(taken.Day, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account cash = chart.ById(taken.Account.AgencyAccountId.Value).Account, owed = chart.Part(Liabilities).Account;
        string fund = (await work.Funds(ct)).Single(row => row.Kind == FundKind.Agency).Code;
        EntryDraft draft = JournalEntry.On(day, Narrative);
        JournalEntry entry = (taken.Amount.IsPositive
            ? draft.Debit(cash, fund, taken.Size, meant).Credit(owed, fund, taken.Size, meant)
            : draft.Debit(owed, fund, taken.Size, meant).Credit(cash, fund, taken.Size, meant)).Balanced();
        return await work.Prepare(new Draft(entry, Bank: taken.Parts, Documents: Documents), ct);
    }

    /// <summary>A sub-account with the bank account's own number and name; where lines stand on the undivided account already,
    /// that one, for the first bank account that needs it.</summary>
    private static async Task<int> AgencyAccount(Work work, BankAccount account, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        ChartAccount own = chart.ById(account.AccountId), whole = chart.Find(AgencyCash)!;
        if (whole.TakesLines
            && await work.Db.VoucherLines.AnyAsync(line => line.BookId == work.Book && line.AccountId == whole.AccountId, ct)
            && !await work.Db.Set<BankAccount>()
                .AnyAsync(row => row.BookId == work.Book && row.AgencyAccountId == whole.AccountId, ct))
        {
            return whole.AccountId;
        }

        // A platform's account may bear the bank account's number, each below its own parent: the second takes the next that is free.
        HashSet<string> taken = [.. chart.Accounts.Where(row => row.ParentId == whole.AccountId).Select(row => row.Account.Key)];
        string suffix = Enumerable.Range(1, 99).Select(no => no.ToString("00", CultureInfo.InvariantCulture))
            .Prepend(own.Account.Key[(own.Account.Key.LastIndexOf('.') + 1)..]).First(no => !taken.Contains($"{AgencyCash}.{no}"));
        return (await new SubAccount(AgencyCash, suffix, own.NameZh, own.NameEn, "").Add(work, ct)).AccountId;
    }
}
