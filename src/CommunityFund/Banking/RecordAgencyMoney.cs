using CommunityFund.Books;
using CommunityFund.Ledger;
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

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        TakenLines taken = await TakenLines.Lock(work, Rest, ct);
        Counterparty.KeepOut(RecipientInNarrative, RecipientKind, Recipient, Narrative);
        Tags meant = new(Counterparty: await Counterparty.FindOrAdd(work, RecipientKind, Recipient, ct)
            ?? throw new RefusedException(RecipientMissing));
        taken.Account.AgencyAccountId ??= await AgencyCash.Make(work, taken.Account.AccountId, ct);
        await work.Db.SaveChangesAsync(ct);
        LocalDate day = await work.BookedDay(taken.Day, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account cash = chart.ById(taken.Account.AgencyAccountId.Value).Account, owed = chart.Part(AgencyCash.Liabilities).Account;
        string fund = (await work.Funds(ct)).Single(row => row.Kind == FundKind.Agency).Code;
        EntryDraft draft = JournalEntry.On(day, Narrative);
        JournalEntry entry = (taken.Amount.IsPositive
            ? draft.Debit(cash, fund, taken.Size, meant).Credit(owed, fund, taken.Size, meant)
            : draft.Debit(owed, fund, taken.Size, meant).Credit(cash, fund, taken.Size, meant)).Balanced();
        return await work.Prepare(new Draft(entry, Bank: taken.Parts, Documents: Documents), ct);
    }
}
