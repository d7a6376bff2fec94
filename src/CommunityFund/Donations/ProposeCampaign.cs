using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>
/// An appeal is written down with the number of its filed plan; a second person compares it with the plan. How long before its first day
/// the plan must have been filed stands in the database as dated rules.
/// </summary>
/// <param name="Account">Key of the account that the plan names.</param>
public sealed record ProposeCampaign(
    Guid Key, string Name, string FilingNumber, LocalDate FiledOn, bool IsEmergency, string Aim, Amount? Target, int Fund, string Account,
    LocalDate FromDay, LocalDate UntilDay, IReadOnlyList<ClauseDraft> Clauses) : Command<long>(Key)
{
    /// <summary>No appeal without the number of its filed plan.</summary>
    public const string NotFiled = "campaign.not-filed";

    /// <summary>Name or aim is missing or too long.</summary>
    public const string WordsMissing = "campaign.words-missing";

    /// <summary>It ends before it begins.</summary>
    public const string BadDays = "campaign.bad-days";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        string name = PlainText.Of(Name), filing = PlainText.Of(FilingNumber), aim = PlainText.Of(Aim);
        if (filing.Length is 0 or > 60)
        {
            throw new RefusedException(NotFiled, ("limit", 60));
        }

        if (name.Length is 0 or > 100 || aim.Length is 0 or > 500)
        {
            throw new RefusedException(WordsMissing, ("limit", 100), ("most", 500));
        }

        if (FromDay > UntilDay)
        {
            throw new RefusedException(BadDays, ("from", FromDay), ("until", UntilDay));
        }

        await work.FundById(Fund, ct);
        Campaign campaign = new()
        {
            BookId = work.Book,
            Name = name,
            FilingNumber = filing,
            FiledOn = FiledOn,
            IsEmergency = IsEmergency,
            Aim = aim,
            Target = Target is { IsPositive: true } ? Target.Units : null,
            FundId = Fund,
            AccountId = (await GiftCash.Of(work, FromDay, Account, ct)).AccountId,
            FromDay = FromDay,
            UntilDay = UntilDay,
            State = PromiseState.Proposed,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(campaign);
        await work.Db.SaveChangesAsync(ct);
        await AgreedClause.Write(work, Clauses, null, campaign.CampaignId, ct);
        return campaign.CampaignId;
    }
}

/// <summary>Cash and bank accounts that gifts of money come into.</summary>
internal static class GiftCash
{
    public static async Task<ChartAccount> Of(Work work, LocalDate day, string key, CancellationToken ct) =>
        (await work.ChartOn(day, ct)).Find(key) is { Account.Role: AccountRole.OwnCash, TakesLines: true } cash ? cash
            : throw new RefusedException(RecordDonation.NotCash, ("account", key));
}
