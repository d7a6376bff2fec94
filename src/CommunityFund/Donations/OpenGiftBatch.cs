using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A batch begins with what it must come to.</summary>
/// <param name="Account">Key of the account that all of it came into.</param>
public sealed record OpenGiftBatch(Guid Key, string Title, int Gifts, Amount Total, string Account, LocalDate ReceivedOn) : Command<long>(Key)
{
    /// <summary>The title is missing or too long.</summary>
    public const string TitleMissing = "gift-batch.title-missing";

    /// <summary>Count and total come first, and a batch has 1 to 500 gifts.</summary>
    public const string BadControl = "gift-batch.bad-control";

    /// <summary>The most gifts of one batch.</summary>
    public const int Most = 500;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        string title = PlainText.Of(Title);
        if (title.Length is 0 or > 60)
        {
            throw new RefusedException(TitleMissing, ("limit", 60));
        }

        if (Gifts is < 1 or > Most || !Total.IsPositive)
        {
            throw new RefusedException(BadControl, ("limit", Most));
        }

        GiftBatch batch = new()
        {
            BookId = work.Book,
            Title = title,
            Gifts = (short)Gifts,
            Total = Total.Units,
            AccountId = (await GiftCash.Of(work, ReceivedOn, Account, ct)).AccountId,
            ReceivedOn = ReceivedOn,
            State = GiftBatchState.Open,
            OpenedBy = work.ActorId,
            OpenedAt = work.Now,
        };
        work.Db.Add(batch);
        await work.Db.SaveChangesAsync(ct);
        return batch.GiftBatchId;
    }
}
