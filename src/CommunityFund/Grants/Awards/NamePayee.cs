using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Awards;

/// <summary>The desk names the account that a grant is paid to: one of the register of payees, of a neighbourhood committee, an organisation
/// that carries the project out, or a supplier (rulings 18).</summary>
/// <param name="Account">Number of the account in the register.</param>
public sealed record NamePayee(Guid Key, long Grant, int Version, long Account, PayeeKind Kind) : Command<Done>(Key)
{
    /// <summary>The register has no such account, or it has ended.</summary>
    public const string Unknown = "award.payee-unknown";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Desk));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        (GrantCase grant, _) = await DraftAgreement.Waiting(work, Grant, Version, ct);
        await Write(work, grant, Account, Kind, ct);
        return Done.It;
    }

    /// <summary>Names the account from now on.</summary>
    internal static async Task Write(Work work, GrantCase grant, long account, PayeeKind kind, CancellationToken ct)
    {
        if ((await grant.People(work, ct)).Contains(work.ActorId))
        {
            throw new RefusedException(GrantMoves.Related, ("title", grant.Title));
        }

        bool? isOrganisation = await work.Db.Database.SqlQuery<bool?>(
            $"""
            select o.kind = 'organisation' and h.kind = 'organisation' as "Value"
              from payee_account a join person o on o.person_id = a.payee_id join person h on h.person_id = a.holder_id
             where a.book_id = {work.Book} and a.payee_account_id = {account} and a.ended_at is null
            """).SingleOrDefaultAsync(ct);
        if (isOrganisation != true)
        {
            throw new RefusedException(isOrganisation is null ? Unknown : AwardNeeds.PayeeIsPerson, ("title", grant.Title));
        }

        short before = await work.Db.Set<GrantPayee>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId)
            .MaxAsync(row => (short?)row.No, ct) ?? 0;
        work.Db.Add(new GrantPayee
        {
            BookId = work.Book,
            GrantId = grant.GrantId,
            No = (short)(before + 1),
            PayeeAccountId = account,
            Kind = kind,
            NamedBy = work.ActorId,
            NamedAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
    }
}
