using CommunityFund.Books;
using CommunityFund.Funds.Fees;
using CommunityFund.Funds.Purposes;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Demo;

/// <summary>A change of purpose whose donors are being asked, a fee that was agreed and one that waits for its second person.</summary>
internal static class DemoChanges
{
    public static async Task Begin(FundSession accountant, FundSession reviewer, int children, int elderly, LocalDate day,
        CancellationToken ct)
    {
        PurposeChoicesView choices = await accountant.Ask(new PurposeChoices(children), ct);
        ChangeableGift[] gifts = [.. choices.Gifts.GroupBy(gift => gift.Group).MaxBy(group => group.Count())!.Take(3)];
        long change = await accountant.Run(new OpenPurposeChange(
            Key(), children, "暑期画室停办，改为周末亲子阅读", PurposeBasis.Consent, "", null, [.. gifts.Select(gift => gift.Lot)],
            [new NewWords(ClauseKind.Purpose, "用于社区亲子阅读活动", Classes: ["children", "culture"])]), ct);
        await accountant.Run(new NoteConsent(
            Key(), change, gifts[0].Lot, ConsentAnswer.Yes, null, day, ConsentWay.Letter, "变更用途同意书，2026 档案盒 2"), ct);
        if (gifts.Length > 1)
        {
            await accountant.Run(new NoteConsent(Key(), change, gifts[1].Lot, ConsentAnswer.No, null, day, ConsentWay.Message,
                "邮件回复，已打印存 2026 档案盒 2"), ct);
        }

        long agreed = await accountant.Run(new ProposeFee(Key(), elderly, 500, "", new LocalDate(2026, 1, 1), "助老基金捐赠协议第六条"), ct);
        await reviewer.Run(new ConfirmFee(Key(), agreed), ct);
        await accountant.Run(new ProposeFee(Key(), children, 350, "", new LocalDate(2026, 4, 1), "儿童友好基金补充协议第二条"), ct);
    }

    private static Guid Key() => Guid.NewGuid();
}
