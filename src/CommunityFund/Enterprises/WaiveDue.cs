using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>A resolution gives up what is due; a second person agrees before it is so.</summary>
public sealed record ProposeWaiver(
    Guid Key, long Declaration, string Number, LocalDate Day, [property: Personal] string Reason) : Command<Done>(Key)
{
    /// <summary>Number, day or reason of the resolution is missing, or it is of a day to come.</summary>
    public const string Incomplete = "enterprise.waiver-incomplete";

    /// <summary>What is owed stands in the books; it is written off by a voucher.</summary>
    public const string IsReceivable = "enterprise.waive-receivable";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Keeping).For(await EnterpriseDeclaration.FundOf(work, Declaration, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration row = await EnterpriseDeclaration.Lock(work, Declaration, ct, DeclarationState.Due);
        (string number, string reason) = (PlainText.Of(Number), PlainText.Of(Reason));
        if (number.Length is 0 or > 60 || reason.Length is 0 or > 200 || Day > work.Today)
        {
            throw new RefusedException(Incomplete, ("limit", 200));
        }

        if (row.Nature != IncomeNature.Gift)
        {
            throw new RefusedException(IsReceivable);
        }

        (row.State, row.WaiverNumber, row.WaiverDay, row.WaiverReason, row.WaiverBy) =
            (DeclarationState.Waiving, number, Day, reason, work.ActorId);
        return Done.It;
    }
}

/// <summary>The second person agrees: nothing is waited for any more.</summary>
public sealed record AgreeWaiver(Guid Key, long Declaration) : Command<Done>(Key)
{
    /// <summary>Who entered the resolution does not agree to it.</summary>
    public const string OwnWaiver = "enterprise.own-waiver";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Agreeing).For(await EnterpriseDeclaration.FundOf(work, Declaration, ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration row = await EnterpriseDeclaration.Lock(work, Declaration, ct, DeclarationState.Waiving);
        if (row.WaiverBy == work.ActorId)
        {
            throw new RefusedException(OwnWaiver);
        }

        await DeclaredExpectation.Close(work, row, ct);
        (row.State, row.WaivedBy, row.WaivedAt) = (DeclarationState.Waived, work.ActorId, work.Now);
        return Done.It;
    }
}

/// <summary>It is not given up after all.</summary>
public sealed record DropWaiver(Guid Key, long Declaration) : Command<Done>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Agreeing).For(await EnterpriseDeclaration.FundOf(work, Declaration, ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration row = await EnterpriseDeclaration.Lock(work, Declaration, ct, DeclarationState.Waiving);
        (row.State, row.WaiverNumber, row.WaiverDay, row.WaiverReason, row.WaiverBy) = (DeclarationState.Due, "", null, "", null);
        return Done.It;
    }
}
