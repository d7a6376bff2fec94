using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Agency;

/// <summary>The principal has named more recipients.</summary>
public sealed record AddRecipients(Guid Key, long Matter, IReadOnlyList<RecipientForm> Recipients) : Command<Done>(Key)
{
    /// <summary>The matter's title names the recipient, who is a natural person.</summary>
    public const string InTitle = "agency.recipient-in-title";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(RegisterRoles.Keeping).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        AgencyMatter row = await AgencyMatter.Lock(work, Matter, ct);
        if (row.State == RegisterState.Dropped)
        {
            throw new RefusedException(AgencyMatter.NotAgreed, ("title", row.Title));
        }

        foreach (RecipientForm recipient in Recipients)
        {
            Counterparty.KeepOut(InTitle, recipient.Kind, recipient.Name, row.Title);
        }

        await Add(work, Matter, Recipients, ct);
        return Done.It;
    }

    /// <summary>Adds those who are not on the list yet.</summary>
    internal static async Task Add(Work work, long matter, IReadOnlyList<RecipientForm> recipients, CancellationToken ct)
    {
        HashSet<long> known = [.. await work.Db.Set<AgencyRecipient>().Where(row => row.BookId == work.Book
            && row.AgencyMatterId == matter)
            .Select(row => row.PersonId).ToListAsync(ct)];
        foreach (RecipientForm recipient in recipients)
        {
            long person = await Counterparty.FindOrAdd(work, recipient.Kind, recipient.Name,
                ct) ?? throw new RefusedException(ProposeMatter.WordsMissing);
            if (!known.Add(person))
            {
                continue;
            }

            work.Db.Add(new AgencyRecipient
            {
                BookId = work.Book,
                AgencyMatterId = matter,
                PersonId = person,
                MeantUnits = recipient.Meant is { IsPositive: true } meant ? meant.Units : null,
                AddedBy = work.ActorId,
                AddedAt = work.Now,
            });
        }

        await work.Db.SaveChangesAsync(ct);
    }
}
