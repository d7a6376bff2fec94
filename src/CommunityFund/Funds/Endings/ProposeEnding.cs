using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Funds.Endings;

/// <summary>Where restricted gifts under the same clauses are to go.</summary>
/// <param name="Aim">The words that bind them there; empty where the receiving fund is bound by all the same clauses.</param>
public sealed record RestrictedHome(IReadOnlyList<long> Lots, int ToFund, [property: Personal] string Aim);

/// <summary>A plan for the end of a fund: where what is left goes, and why it may go there. Nothing moves yet.</summary>
/// <param name="UnrestrictedTo">Where unrestricted money goes; null if there is none.</param>
public sealed record ProposeEnding(
    Guid Key, int Fund, EndingRule Rule, [property: Personal] string Reason, [property: Personal] string Source, bool IsMajor,
    int? UnrestrictedTo, IReadOnlyList<RestrictedHome> Restricted) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(FundSigners.Deciding).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        FundEnding ending = new()
        {
            BookId = work.Book,
            FundId = (await work.FundById(Fund, ct)).FundId,
            Rule = Rule,
            Reason = FundSigners.Said(Reason, 300),
            Source = FundSigners.Said(Source, 200),
            IsMajor = IsMajor,
            State = EndingState.Proposed,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(ending);
        await work.Db.SaveChangesAsync(ct);
        short number = 0;
        foreach (RestrictedHome home in Restricted.Where(home => home.Lots.Count > 0))
        {
            number++;
            work.Db.Add(Home(ending, number, Restriction.Restricted, home.ToFund, [.. home.Lots.Distinct().Order()],
                FundSigners.Said(home.Aim, 500, isNeeded: false)));
        }

        if (UnrestrictedTo is { } to)
        {
            number++;
            work.Db.Add(Home(ending, number, Restriction.Unrestricted, to, [], ""));
        }

        await work.Db.SaveChangesAsync(ct);
        return ending.FundEndingId;
    }

    private static FundEndingHome Home(FundEnding ending, short number, Restriction restriction, int to, long[] lots,
        string aim) => new()
        {
            BookId = ending.BookId,
            FundEndingId = ending.FundEndingId,
            HomeNo = number,
            Restriction = restriction,
            ToFund = to,
            Lots = lots,
            Aim = aim,
        };
}
