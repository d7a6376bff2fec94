using CommunityFund.Books;
using CommunityFund.Donations.Receipts;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Donations.Pledges;

/// <summary>
/// What is left of a pledge is waited for no more. A promise that binds by law ends only for hardship that was reported and made public,
/// or by another in its place (慈善法 41).
/// </summary>
public sealed record ReleasePledge(Guid Key, long Pledge, PledgeRelease Kind, LocalDate ReleasedOn, [property: Personal] string Reason)
    : Command<Done>(Key)
{
    /// <summary>The donor is bound by law.</summary>
    public const string Binds = "pledge.binds";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => await Pledges.Pledge.MayKeep(work, Pledge, ct);

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Pledge pledge = await Pledges.Pledge.Lock(work, Pledge, ct);
        if (Kind == PledgeRelease.NotBinding && pledge.IsEnforceable)
        {
            throw new RefusedException(Binds, ("form", Term.Of(pledge.Form)));
        }

        if (ReleasedOn > work.Today || ReleasedOn < pledge.PledgedOn)
        {
            throw new RefusedException(NotePledge.BadDays, ("pledged", pledge.PledgedOn));
        }

        (pledge.ReleasedOn, pledge.ReleaseKind, pledge.Reason, pledge.ReleasedBy, pledge.ReleasedAt) =
            (ReleasedOn, Kind, ReceiptKeeping.Reason(Reason), work.ActorId, work.Now);
        return Done.It;
    }
}
