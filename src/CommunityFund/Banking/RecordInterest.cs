using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking;

/// <summary>
/// The bank paid interest on money of all funds. Each gets its part of the other income (2020 interpretation, 8) by what it held;
/// the parts add up to the line. It is unrestricted unless an agreement restricts the yield of a fund (rulings 12).
/// </summary>
/// <param name="From">The first of the days that the interest is for.</param>
/// <param name="Restricted">Funds whose agreement or law limits the yield too.</param>
public sealed record RecordInterest(
    Guid Key, BankRest Rest, InterestKey By, LocalDate From, LocalDate Until, [property: Personal] string Narrative,
    IReadOnlyList<int>? Restricted = null, LocalDate? BookedOn = null, IReadOnlyList<Enclosure>? Documents = null)
        : Command<long>(Key)
{
    internal const string Income = "other-income";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        TakenLines taken = await TakenLines.Lock(work, Rest, isIn: true, ct);
        LocalDate day = await work.BookedDay(taken.Day, BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account bank = chart.ById(taken.Account.AccountId).Account, income = chart.Part(Income, "利息").Account;
        EntryDraft draft = JournalEntry.On(day, Narrative);
        foreach (FundInterest part in await InterestShare.Of(work, taken.Amount, By, From, Until, ct))
        {
            Restriction restriction = Restricted?.Contains(part.FundId) == true ? Restriction.Restricted
                : Restriction.Unrestricted;
            draft.Debit(bank, part.Code, part.Share, new Tags(CashFlow: CashFlow.OtherReceived))
                .Credit(income, part.Code, part.Share, new Tags(restriction));
        }

        return await work.Prepare(new Draft(draft.Balanced(), Bank: taken.Parts, Documents: Documents), ct);
    }
}
