using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Donations;

/// <summary>What a gift rests on, and what is known of it beside donor, fund and amount.</summary>
/// <param name="Agreement">The donor's agreement; its clauses bind the gift.</param>
/// <param name="Campaign">The appeal it answers; its clauses bind the gift.</param>
/// <param name="OrderNumber">订单号 of a platform; one order is booked once.</param>
public sealed record GiftTerms(
    long? Agreement = null, long? Campaign = null, GiftNaming Naming = GiftNaming.AsDonor, GiftChannel Channel = GiftChannel.Unsaid,
    bool WantsReceipt = false, [property: Personal] string OrderNumber = "", [property: Personal] string Note = "")
{
    /// <summary>The agreement or appeal limits what the money is for, so the gift is restricted.</summary>
    public const string Restricts = "donation.agreement-restricts";

    /// <summary>Order number or note is too long.</summary>
    public const string TooLong = "donation.too-long";

    private const int LongestClause = 500;

    internal static GiftTerms None { get; } = new();

    internal GiftTerms Checked()
    {
        GiftTerms plain = this with { OrderNumber = PlainText.Of(OrderNumber), Note = PlainText.Of(Note) };
        return plain is { OrderNumber.Length: <= 64, Note.Length: <= 200 } ? plain : throw new RefusedException(TooLong, ("limit", 200));
    }

    /// <summary>The clauses the gift is under beside those of its whole fund, and the words of its lot: the donor's own, else the
    /// agreement's, else the fund's.</summary>
    internal async Task<(IReadOnlyList<long> Clauses, string Clause)> Bind(
        Work work, Fund fund, Restriction restriction, string told, IReadOnlyList<long> named, CancellationToken ct)
    {
        await RefuseUnconfirmed(work, ct);
        IReadOnlyList<long> promised = Agreement is null && Campaign is null ? [] : await AgreedClause.Binding(work, Agreement, Campaign, ct);
        if (promised.Count > 0 && restriction != Restriction.Restricted)
        {
            throw new RefusedException(Restricts, ("fund", fund.Name));
        }

        string agreed = await Words(work, fund, restriction, [.. named, .. promised], ct);
        string said = PlainText.Of(told);
        string clause = said.Length > 0 ? said : restriction != Restriction.Restricted ? ""
            : promised.Count > 0 || fund.Clause.Length == 0 ? agreed : fund.Clause;
        return restriction == Restriction.Restricted && clause.Length is 0 or > LongestClause
            ? throw new RefusedException(RecordDonation.ClauseMissing, ("fund", fund.Name))
            : ([.. named.Concat(promised).Distinct()], clause);
    }

    /// <summary>Nothing binds before it is confirmed; without this the form would only miss its words.</summary>
    private async Task RefuseUnconfirmed(Work work, CancellationToken ct)
    {
        string? number = Agreement is null ? null : await work.Db.Set<GiftAgreement>()
            .Where(row => row.BookId == work.Book && row.GiftAgreementId == Agreement && row.State != PromiseState.Confirmed)
            .Select(row => row.Number).SingleOrDefaultAsync(ct);
        number ??= Campaign is null ? null : await work.Db.Set<Campaign>()
            .Where(row => row.BookId == work.Book && row.CampaignId == Campaign && row.State != PromiseState.Confirmed)
            .Select(row => row.FilingNumber).SingleOrDefaultAsync(ct);
        if (number is not null)
        {
            throw new RefusedException(ConstraintRefusal.GiftOfUnconfirmed, ("number", number));
        }
    }

    /// <summary>The words of the clauses that are named.</summary>
    private static async Task<string> Words(Work work, Fund fund, Restriction restriction, long[] named, CancellationToken ct)
    {
        if (named.Length == 0)
        {
            return "";
        }

        List<string> words = await work.Db.Set<FundClause>().Where(row => row.BookId == work.Book && row.FundId == fund.FundId && !row.ForAll
            && named.Contains(row.FundClauseId)).OrderBy(row => row.FundClauseId).Select(row => row.Words).ToListAsync(ct);
        if (restriction != Restriction.Restricted || words.Count != named.Distinct().Count())
        {
            throw new RefusedException(RecordDonation.ClauseElsewhere, ("fund", fund.Name));
        }

        // The clauses themselves bind; the lot shows as much of their words as it holds.
        string all = string.Join('；', words);
        return all.Length <= LongestClause ? all : all[..(LongestClause - 1)] + "…";
    }
}
