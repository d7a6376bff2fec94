using System.Globalization;
using CommunityFund.Books;
using CommunityFund.ChangeOver;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.ChangeOver;

/// <summary>One question as it is answered: an account in a fund that may be split, or something recorded for the first time.</summary>
public sealed class AnswerRow
{
    public string? Question { get; set; }

    public string? Account { get; set; }

    public int Fund { get; set; }

    public string? Amount { get; set; }

    public string? Restriction { get; set; }

    public string? Words { get; set; }
}

/// <summary>新旧制度衔接: standards of the book, the change that is due, who signs, and what the new chart asks.</summary>
public sealed class IndexModel : FundPage
{
    private const int Blank = 3;

    [BindProperty]
    public string? Resolution { get; set; }

    [BindProperty]
    public string? Reply { get; set; }

    [BindProperty]
    public List<AnswerRow> Splits { get; set; } = [];

    [BindProperty]
    public List<AnswerRow> Found { get; set; } = [];

    public ChangeOverView? View { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostProposeAsync() => Do(async () =>
    {
        await Session.Run(new ProposeChangeOver(FormKey, Resolution ?? ""), Ct);
        return W["change-over.said.proposed"];
    });

    public Task<IActionResult> OnPostConfirmAsync(long change) => Do(async () =>
    {
        await Session.Run(new ConfirmChangeOver(FormKey, change), Ct);
        return W["change-over.said.confirmed"];
    });

    public Task<IActionResult> OnPostDropAsync(long change) => Do(async () =>
    {
        await Session.Run(new DropChangeOver(FormKey, change, Reply ?? ""), Ct);
        return W["change-over.said.dropped"];
    });

    public async Task<IActionResult> OnPostConvertAsync()
    {
        List<ConversionAnswer> answers = [.. Answers(Splits, nameof(Splits)), .. Answers(Found, nameof(Found))];
        if (!ModelState.IsValid)
        {
            Unprocessable();
            await Load();
            return Page();
        }

        return await Do(async () =>
        {
            await Session.Run(new PrepareConversion(FormKey, answers), Ct);
            return W["change-over.said.prepared"];
        });
    }

    /// <summary>What stands in an amount's cell of a question.</summary>
    public string? Typed(int place) => place < Splits.Count ? Splits[place].Amount : null;

    private IEnumerable<ConversionAnswer> Answers(List<AnswerRow> rows, string name)
    {
        for (int place = 0; place < rows.Count; place++)
        {
            AnswerRow row = rows[place];
            if (!string.IsNullOrWhiteSpace(row.Amount)
                && Read($"{name}[{place}].Amount", () => AmountText.ReadPositive(row.Amount)) is { } amount)
            {
                yield return new ConversionAnswer(row.Question ?? "", row.Account ?? "", row.Fund, amount,
                    Codes.RestrictionOf(row.Restriction ?? ""), row.Words ?? "");
            }
        }
    }

    private async Task<IActionResult> Do(Func<Task<string>> command)
    {
        if (await Try(async () => Said = await command()))
        {
            return RedirectToPage("Index");
        }

        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private async Task Load()
    {
        await Try(async () => View = await Session.Ask(new ChangeOverDesk(), Ct));
        Found.AddRange(Enumerable.Range(0, Math.Max(0, Blank - Found.Count)).Select(_ => new AnswerRow()));
    }

    /// <summary>A year as a number without separators.</summary>
    public static string Year(int year) => year.ToString(CultureInfo.InvariantCulture);
}
