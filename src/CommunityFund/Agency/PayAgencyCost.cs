using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Agency;

/// <summary>What passing a matter on costs the body itself (freight, bank charges): other expenses of an own fund, never out of
/// what is held
/// (case 24).</summary>
public sealed record PayAgencyCost(
    Guid Key, long Matter, int Fund, Amount Amount, LocalDate On, string CashAccount, [property: Personal] string Words,
        long? BankLine = null,
    IReadOnlyList<Enclosure>? Documents = null) : Command<long>(Key)
{
    /// <summary>The fund, the account or the amount cannot pay it.</summary>
    public const string NotOwn = "agency.not-own";

    /// <summary>The words name the principal or a recipient, who is a natural person.</summary>
    public const string NameInWords = "agency.name-in-words";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(RegisterRoles.Keeping).ForWholeBook().For(Fund));

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        AgencyMatter matter = await AgencyMatter.Lock(work, Matter, ct);
        Fund fund = await work.FundById(Fund, ct);
        LocalDate day = await work.FirstOpenDay(On, ct);
        Chart chart = await work.ChartOn(day, ct);
        if (!fund.IsOwn || !Amount.IsPositive || chart.Find(CashAccount) is not
            {
                Account: { Role: AccountRole.OwnCash } cash,
                TakesLines: true
            })
        {
            throw new RefusedException(NotOwn);
        }

        string words = PlainText.Of(Words);
        foreach (string person in await People(work, matter, ct))
        {
            Counterparty.KeepOut(NameInWords, PersonKind.Person, person, words);
        }

        Account expense = chart.Part("other-expense").Account;
        JournalEntry entry = JournalEntry.On(day, words.Length > 0 ? words : $"受托代理自付费用 {matter.Title}")
            .Debit(expense, fund.Code, Amount, new Tags(expense.NeedsRestriction ? Restriction.Unrestricted : null))
            .Credit(cash, fund.Code, Amount, new Tags(CashFlow: CashFlow.OtherPaid))
            .Balanced();
        return await work.Prepare(new Draft(entry, Bank: BankPart.Of(BankLine, null, Amount, isPart: false),
            Documents: Documents), ct);
    }

    /// <summary>The natural persons of the matter.</summary>
    private static Task<List<string>> People(Work work, AgencyMatter matter, CancellationToken ct) => work.Db.People
        .Where(person => person.Kind == PersonKind.Person && (person.PersonId == matter.PrincipalId
            || work.Db.Set<AgencyRecipient>().Any(row => row.BookId == work.Book && row.AgencyMatterId == matter.AgencyMatterId
                && row.PersonId == person.PersonId)))
        .Select(person => person.Name).ToListAsync(ct);
}
