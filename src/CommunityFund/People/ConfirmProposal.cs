using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.People;

/// <summary>
/// A second person agrees, and it is done: another administrator or, where there is none beside who proposed it and whom it is
/// about, the finance office or the oversight panel. So three people are enough.
/// </summary>
/// <param name="Password">What a reset password becomes; for other proposals it is not looked at.</param>
public sealed record ConfirmProposal(Guid Key, long Proposal, [property: Secret] string Password = "") : Command<Done>(Key)
{
    /// <summary>Who proposed it does not confirm it.</summary>
    public const string Own = "proposal.own";

    /// <summary>Nobody confirms what is about oneself.</summary>
    public const string AboutOneself = "proposal.about-oneself";

    /// <summary>Another administrator is there to confirm it.</summary>
    public const string AdminConfirms = "proposal.admin-confirms";

    internal static readonly Role[] Confirmers = [Role.Admin, Role.FinanceOffice, Role.Panel];

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Confirmers).ForWholeBook().Proved());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        Proposal proposal = await People.Proposal.ToDecide(work, Proposal, ct);
        if (await WhyNot(work, proposal, ct) is { } no)
        {
            throw new RefusedException(no);
        }

        proposal.Decide(work, ProposalState.Confirmed);
        await work.Db.SaveChangesAsync(ct);
        switch (proposal.Kind)
        {
            case ProposalKind.Grant:
                await proposal.Duty.Check(work, ct);
                work.Db.Add(proposal.Duty.Given(work, proposal));
                await Login.EndSessions(work, proposal.PersonId!.Value, "", ct);
                break;
            case ProposalKind.ResetPassword:
                await ResetPassword.Renew(work, proposal.PersonId!.Value, Password, ct);
                break;
            case ProposalKind.ResetTotp:
                await SecondFactor.Forget(work, proposal.PersonId!.Value, "totp-reset", ct);
                await Login.EndSessions(work, proposal.PersonId!.Value, "", ct);
                break;
            case ProposalKind.Duties:
                DutyPreset preset = Codes.Parse<DutyPreset>(proposal.Setting);
                await ProposeDuties.RefuseBroken(work, preset, ct);
                await Duties.Add(work, work.Book, preset, work.Today, proposal.ProposalId, ct);
                break;
            default:
                work.Db.Add(SecondFactorRule.Of(work, work.Book, proposal.Setting, proposal.ProposalId));
                break;
        }

        return Done.It;
    }

    /// <summary>Why the person may not confirm it; null if she may.</summary>
    internal static async Task<string?> WhyNot(Work work, Proposal proposal, CancellationToken ct) =>
        proposal.ProposedBy == work.Actor ? Own
        : proposal.PersonId == work.Actor ? AboutOneself
        : work.Rights.ReachesAll(Role.Admin) ? null
        : await work.Db.Set<RoleGrant>().AnyAsync(grant => grant.BookId == work.Book && grant.Role == Role.Admin
            && grant.PersonId != proposal.ProposedBy && grant.PersonId != proposal.PersonId && grant.ValidFrom <= work.Today
            && (grant.ValidUntil == null || grant.ValidUntil >= work.Today), ct)
        ? AdminConfirms : null;
}
