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
/// <param name="Terms">The agreement or appeal it rests on, and what else is known of it.</param>
public sealed record RecordDonation(
    Guid Key, int Fund, [property: Personal] string Donor, PersonKind DonorKind, Amount Amount, LocalDate ReceivedOn,
        string CashAccount,
    Restriction Restriction, [property: Personal] string Clause, [property: Personal] string Narrative, long? BankLine,
    LocalDate? BookedOn = null, IReadOnlyList<Enclosure>? Documents = null, IReadOnlyList<long>? Clauses = null,
    bool IsPart = false, IReadOnlyList<long>? MoreLines = null, long? Suspense = null, GiftTerms? Terms = null)
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
        GiftTerms terms = (Terms ?? GiftTerms.None).Checked();
        var (clauses, clause) = await terms.Bind(work, fund, Restriction, Clause, Clauses ?? [], ct);
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
            LineNo = LotLine(entry),
            GiftAgreementId = terms.Agreement,
            CampaignId = terms.Campaign,
            Naming = terms.Naming,
            Channel = terms.Channel,
            OrderNumber = terms.OrderNumber,
            WantsReceipt = terms.WantsReceipt,
            Note = terms.Note,
        };
        work.Db.Add(donation);
        await work.Db.SaveChangesAsync(ct);
        donation.VoucherId = await work.Prepare(
            new Draft(entry, Bank: BankPart.Of(BankLine, MoreLines, Amount, IsPart), Documents: Documents,
                Then: new AcceptDonation(donation.DonationId),
                Otherwise: new DropDonation(donation.DonationId), Undo: new UndoDonation(donation.DonationId),
                Clauses: clauses), ct);
        if (Suspense is { } item)
        {
            await Books.Suspense.Take(work, item, donation.VoucherId.Value, Amount, ct);
        }

        return donation.VoucherId.Value;
    }

    /// <summary>The line of an entry that is the gift itself.</summary>
    internal static short LotLine(JournalEntry entry) =>
        (short)(1 + entry.Lines.Select((line, at) => (line, at)).Last(pair => pair.line.Account.Key == Account.Keys.DonationIncome).at);

    internal async Task<JournalEntry> Entry(Work work, Fund fund, long? donor, string clause, CancellationToken ct)
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
        ChartAccount cash = await GiftCash.Of(work, day, CashAccount, ct);
        return JournalEntry.On(day, Narrative)
            .Debit(cash.Account, fund.Code, Amount, new Tags(CashFlow: CashFlow.DonationsReceived))
            .Credit((await work.ChartOn(day, ct))[Account.Keys.DonationIncome], fund.Code, Amount,
                new Tags(Restriction, Counterparty: donor, Clause: clause))
            .Balanced();
    }
}
