using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>
/// A gift has come in. It waits until another person has reviewed its voucher; a restricted gift then becomes a lot.
/// </summary>
/// <param name="CashAccount">Key of the cash or bank account it came into.</param>
/// <param name="Donor">Name of the donor; empty for an anonymous gift.</param>
/// <param name="Clause">The donor's words where they narrow the fund's own purpose; empty takes the fund's.</param>
/// <param name="BankLine">The bank line it rests on, if it came through the bank.</param>
/// <param name="Clauses">Clauses of the fund that bind only the gifts that name them, such as those of this donor's agreement.</param>
/// <param name="BookedOn">The open day it is booked on, if it comes late: the month it was received in is closed.</param>
/// <param name="IsPart">The amount is meant as a part of the bank line; else it is all that is left of it.</param>
/// <param name="MoreLines">Other lines of the same bank account that are the same gift.</param>
/// <param name="Suspense">The suspense item it was booked as until its donor was found; the cash lies there already.</param>
public sealed record RecordDonation(
    Guid Key, int Fund, [property: Personal] string Donor, PersonKind DonorKind, Amount Amount, LocalDate ReceivedOn,
        string CashAccount,
    Restriction Restriction, [property: Personal] string Clause, [property: Personal] string Narrative, long? BankLine,
    LocalDate? BookedOn = null, IReadOnlyList<Enclosure>? Documents = null, IReadOnlyList<long>? Clauses = null,
    bool IsPart = false, IReadOnlyList<long>? MoreLines = null, long? Suspense = null)
        : Command<long>(Key)
{
    /// <summary>Restricted, but neither the fund nor the donor says to what.</summary>
    public const string ClauseMissing = "donation.clause-missing";

    /// <summary>A clause that is named belongs to another fund, or the gift is not restricted.</summary>
    public const string ClauseElsewhere = "donation.clause-elsewhere";

    /// <summary>Gifts come into cash or bank accounts.</summary>
    public const string NotCash = "donation.not-cash";

    /// <summary>The narrative names the donor, who is a natural person.</summary>
    public const string DonorInNarrative = "donation.donor-in-narrative";

    /// <summary>A line of the bank and a suspense item belong to no fund, so whoever books from one answers for them all.</summary>
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(
        Suspense is null && BankLine is null && MoreLines is not { Count: > 0 } ? Need.Any(Role.Accountant).For(Fund)
            : Need.Any(Role.Accountant).ForWholeBook().For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Fund, ct);
        string told = PlainText.Of(Clause);
        string agreed = await Agreed(work, fund, ct);
        string clause = told.Length > 0 ? told : Restriction != Restriction.Restricted ? "" : fund.Clause.Length > 0 ? fund.Clause : agreed;
        if (Restriction == Restriction.Restricted && clause.Length is 0 or > 500)
        {
            throw new RefusedException(ClauseMissing, ("fund", fund.Name));
        }

        Counterparty.KeepOut(DonorInNarrative, DonorKind, Donor, Narrative);
        long? donor = await Counterparty.FindOrAdd(work, DonorKind, Donor, ct);
        JournalEntry entry = await Entry(work, fund, donor, clause, ct);
        Donation donation = new()
        {
            BookId = work.Book,
            FundId = Fund,
            DonorId = donor,
            Units = Amount.Units,
            ReceivedOn = ReceivedOn,
            Restriction = Restriction,
            Clause = clause,
            State = DonationState.Waiting,
        };
        work.Db.Add(donation);
        await work.Db.SaveChangesAsync(ct);
        donation.VoucherId = await work.Prepare(
            new Draft(entry, Bank: BankPart.Of(BankLine, MoreLines, Amount, IsPart), Documents: Documents,
                Then: new AcceptDonation(donation.DonationId),
                Otherwise: new DropDonation(donation.DonationId), Undo: new UndoDonation(donation.DonationId),
                Clauses: Clauses), ct);
        if (Suspense is { } item)
        {
            await Books.Suspense.Take(work, item, donation.VoucherId.Value, Amount, ct);
        }

        return donation.VoucherId.Value;
    }

    private async Task<JournalEntry> Entry(Work work, Fund fund, long? donor, string clause, CancellationToken ct)
    {
        if (Suspense is { } suspense)
        {
            LocalDate today = await work.FirstOpenDay(work.Today, ct);
            Chart now = await work.ChartOn(today, ct);
            var (item, bank) = await Books.Suspense.Find(work, suspense, ct);
            return item.HandTo(JournalEntry.On(today, Narrative), now, bank, await work.FundById(item.FundId, ct), fund, Amount,
                    CashFlow.DonationsReceived)
                .Credit(now[Account.Keys.DonationIncome], fund.Code, Amount,
                    new Tags(Restriction, Counterparty: donor, Clause: clause))
                .Balanced();
        }

        LocalDate day = await work.BookedDay(ReceivedOn, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        return chart.Find(CashAccount) is { Account: { Role: AccountRole.OwnCash } cash, TakesLines: true }
            ? JournalEntry.On(day, Narrative)
                .Debit(cash, fund.Code, Amount, new Tags(CashFlow: CashFlow.DonationsReceived))
                .Credit(chart[Account.Keys.DonationIncome], fund.Code, Amount,
                new Tags(Restriction, Counterparty: donor, Clause: clause))
                .Balanced()
            : throw new RefusedException(NotCash, ("account", CashAccount));
    }

    /// <summary>The words of the clauses that are named.</summary>
    private async Task<string> Agreed(Work work, Fund fund, CancellationToken ct)
    {
        if (Clauses is not { Count: > 0 } named)
        {
            return "";
        }

        List<string> words = await work.Db.Set<FundClause>().Where(row => row.BookId == work.Book && row.FundId == Fund && !row.ForAll
            && named.Contains(row.FundClauseId)).OrderBy(row => row.FundClauseId).Select(row => row.Words).ToListAsync(ct);
        return Restriction == Restriction.Restricted && words.Count == named.Distinct().Count()
            ? string.Join('；', words)
            : throw new RefusedException(ClauseElsewhere, ("fund", fund.Name));
    }
}
