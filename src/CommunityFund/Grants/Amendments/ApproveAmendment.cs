using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Amendments;

/// <summary>Somebody who decides signs; with the last signature the amendment is in force.</summary>
/// <param name="Shares">For a higher amount: what each fund gives of it; the second signer confirms what the first said.</param>
/// <param name="Resolution">For a higher amount: number of the resolution.</param>
/// <param name="Notice">For a higher amount: what the public is told.</param>
public sealed record ApproveAmendment(
    Guid Key, long Grant, int No, IReadOnlyList<FundShare>? Shares = null, string Resolution = "", string Notice = "") : Command<GrantMoved>(Key)
{
    /// <summary>The shares do not add up, or are of funds outside the round.</summary>
    public const string BadShares = "amendment.bad-shares";

    /// <summary>Another division over funds was signed first.</summary>
    public const string OtherShares = "amendment.other-shares";

    /// <summary>Resolution or public notice are missing.</summary>
    public const string NoticeMissing = "amendment.notice-missing";

    /// <summary>A fund cannot promise it.</summary>
    public const string NotAffordable = "amendment.not-affordable";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct)
    {
        AmendmentKind? kind = await work.Db.Set<GrantAmendment>().Where(row => row.BookId == work.Book && row.GrantId == Grant
            && row.AmendmentNo == No).Select(row => (AmendmentKind?)row.Kind).SingleOrDefaultAsync(ct);
        return Need.Any([.. (kind is { } known ? GrantAmendment.Deciders(known) : [GrantMover.Desk, GrantMover.ApproverL1, GrantMover.Steer,
            GrantMover.ApproverL2]).SelectMany(mover => mover.Roles())]).Proved();
    }

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        (GrantCase grant, GrantAmendment row) = await GrantAmendment.Waiting(work, Grant, No, ct);
        if (await AmendmentNeeds.WhyNot(work, grant, row.Kind, isDecision: true, ct) is { } refusal)
        {
            throw new RefusedException(refusal);
        }

        List<GrantAmendmentSignature> signed = await work.Db.Set<GrantAmendmentSignature>().Where(each => each.BookId == work.Book
            && each.GrantId == Grant && each.AmendmentNo == row.AmendmentNo).OrderBy(each => each.At).ToListAsync(ct);
        GrantMover mover = await DeciderOf(work, grant, row, signed, ct);
        if (row.Kind == AmendmentKind.AmountUp)
        {
            await Say(work, grant, row, ct);
        }

        GrantAmendmentSignature mine = new()
        {
            BookId = work.Book,
            GrantId = Grant,
            AmendmentNo = row.AmendmentNo,
            Mover = mover,
            PersonId = work.ActorId,
            At = work.Now,
        };
        work.Db.Add(mine);
        signed.Add(mine);
        await work.Db.SaveChangesAsync(ct);
        GrantMover[] waits = [.. GrantAmendment.Deciders(row.Kind).Where(each => signed.TrueForAll(given => given.Mover != each))];
        if (waits.Length > 0)
        {
            return new GrantMoved(false, waits);
        }

        await AmendmentEffect.Take(work, grant, row, signed[0].PersonId, work.ActorId, ct);
        return new GrantMoved(true, []);
    }

    /// <summary>The place in which this person decides.</summary>
    internal static async Task<GrantMover> DeciderOf(Work work, GrantCase grant, GrantAmendment row, List<GrantAmendmentSignature> signed,
        CancellationToken ct)
    {
        if ((await grant.People(work, ct)).Contains(work.ActorId) || row.AskedBy == work.ActorId || row.LeadId == work.ActorId
            || row.FinLeadId == work.ActorId)
        {
            throw new RefusedException(GrantMoves.Related, ("title", grant.Title));
        }

        if (signed.Exists(given => given.PersonId == work.ActorId))
        {
            throw new RefusedException(GrantMoves.SignedAlready, ("move", Term.Of(row.Kind)));
        }

        GrantMover[] left = [.. GrantAmendment.Deciders(row.Kind).Where(mover => signed.TrueForAll(given => given.Mover != mover))];
        GrantMover[] held = [.. left.Where(mover => work.Rights.Holds([.. mover.Roles()]))];
        if (held.Length == 0)
        {
            throw new RefusedException(Need.Missing, ("roles", left.SelectMany(mover => mover.Roles()).Select(role => Term.Of(role)).ToArray()));
        }

        List<int> pool = await work.Db.Set<GrantRoundPool>().Where(each => each.BookId == work.Book && each.GrantRoundId == grant.GrantRoundId)
            .Select(each => each.FundId).ToListAsync(ct);
        work.Rights.Require(Need.Any([.. held[0].Roles()]).For(pool), isOperator: false);
        return held[0];
    }

    private async Task Say(Work work, GrantCase grant, GrantAmendment row, CancellationToken ct)
    {
        FundShare[] shares = [.. (Shares ?? []).Where(share => !share.Amount.IsZero).OrderBy(share => share.Fund)];
        (string resolution, string notice) = (PlainText.Of(Resolution), PlainText.Of(Notice));
        if (row.Given.Count > 0)
        {
            if ((shares.Length > 0 && !shares.SequenceEqual(row.Given)) || (resolution.Length > 0 && resolution != row.Resolution)
                || (notice.Length > 0 && notice != row.Notice))
            {
                throw new RefusedException(OtherShares, ("title", grant.Title));
            }

            shares = [.. row.Given];
        }
        else
        {
            List<int> pool = await work.Db.Set<GrantRoundPool>().Where(each => each.BookId == work.Book
                && each.GrantRoundId == grant.GrantRoundId).Select(each => each.FundId).ToListAsync(ct);
            if (shares.Length == 0 || shares.DistinctBy(share => share.Fund).Count() != shares.Length
                || Array.Exists(shares, share => !share.Amount.IsPositive || share.Amount.Commodity != Commodity.Cny || !pool.Contains(share.Fund))
                || shares.Aggregate((Int128)0, (sum, share) => sum + share.Amount.Units) != row.Units)
            {
                throw new RefusedException(BadShares, ("title", grant.Title), ("asked", Amount.Fen(row.Units)));
            }

            if (resolution.Length is 0 or > 100 || notice.Length is 0 or > 500)
            {
                throw new RefusedException(NoticeMissing, ("title", grant.Title));
            }

            (row.Given, row.Resolution, row.Notice) = (shares, resolution, notice);
        }

        foreach (FundShare share in shares)
        {
            long payable = await AmendmentEffect.Payable(work, grant, row, share.Fund, ct);
            if (share.Amount.Units > payable)
            {
                throw new RefusedException(NotAffordable, ("title", grant.Title), ("fund", (await work.FundById(share.Fund, ct)).Name),
                    ("asked", share.Amount), ("payable", Amount.Fen(payable)));
            }
        }
    }
}
