using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace CommunityFund.Web.Tests.Journeys;

/// <summary>One person at a browser. Every page that is opened is checked for width: nothing may push the page sideways.</summary>
internal sealed partial class Browsing(IPage page)
{
    private readonly List<string> _faults = [];

    public IPage Page => page;

    public static async Task<Browsing> SignIn(Site site, string userName, int width, int height)
    {
        IPage page = await site.Open(width, height);
        Browsing person = new(page);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("422", StringComparison.Ordinal))
            {
                person._faults.Add($"{page.Url}: {message.Text}");
            }
        };
        page.Dialog += (_, dialog) => person._faults.Add($"{page.Url}: dialog {dialog.Message}");
        await page.GotoAsync("/");
        await page.FillAsync("[name=UserName]", userName);
        await page.FillAsync("[name=Password]", Site.Password);
        await page.Locator("main button[type=submit], form.card button[type=submit]").First.ClickAsync();

        // By looking at the address, not for an event: that of a page which is there already never comes again.
        await Assertions.Expect(page).Not.ToHaveURLAsync(SignInPage());
        return person;
    }

    public async Task Go(string path)
    {
        await page.GotoAsync(path);
        await Fits();
    }

    public async Task Press(string name)
    {
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true }).First.ClickAsync();
        await page.WaitForLoadStateAsync();
        await Fits();
    }

    public Task Sees(string text) => Assertions.Expect(page.GetByText(text).First).ToBeAttachedAsync();

    public async Task NoRefusal()
    {
        await page.WaitForLoadStateAsync();
        string[] refusals = [.. await page.Locator(".refusal:visible, .invalid-feedback:visible").AllInnerTextsAsync()];
        refusals.Where(text => text.Trim().Length > 0).ShouldBeEmpty(page.Url);
    }

    public async Task SignOut()
    {
        await page.Locator("details.menu summary").ClickAsync();
        await page.Locator("details.menu form[action*='handler=Out'] button").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(SignInPage());
    }

    public async Task Close()
    {
        _faults.ShouldBeEmpty();
        await page.Context.CloseAsync();
    }

    /// <summary>Takes the option whose words hold the text.</summary>
    public async Task Choose(string field, string text)
    {
        ILocator option = page.Locator($"[name='{field}'] option").Filter(new LocatorFilterOptions { HasText = text }).First;
        await page.SelectOptionAsync($"[name='{field}']", (await option.GetAttributeAsync("value"))!);
    }

    /// <summary>The bank's statement of March comes in, or is only looked at.</summary>
    public async Task Import(string? confirm)
    {
        await Go("/Banking/Import");
        await page.SetInputFilesAsync("input[type=file]", Path.Combine(AppContext.BaseDirectory, "samples", "ccb-corporate-2026.csv"));
        await Press("上传并预览");
        await Sees("GB18030");
        if (confirm is null)
        {
            await Sees("新的 0 笔");
            return;
        }

        await Sees("436,250.00");
        await Press(confirm);
        await Sees("30");
    }

    /// <summary>The oldest line to do; in the demo the first of March, and those after it follow by number.</summary>
    public async Task<long> FirstLine()
    {
        await Go("/Banking/Line");
        string id = Regex.Match(page.Url, "[?&]Id=([0-9]+)").Groups[1].Value;
        return long.Parse(id, System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task Fits()
    {
        int[] widths = await page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]");
        widths[0].ShouldBeLessThanOrEqualTo(widths[1], $"{page.Url} is wider than the screen");
    }

    [GeneratedRegex("SignIn", RegexOptions.None, 1000)]
    private static partial Regex SignInPage();
}
