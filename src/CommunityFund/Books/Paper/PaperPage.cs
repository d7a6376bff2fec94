using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using CommunityFund.Ledger;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CommunityFund.Books;

/// <summary>
/// One document of HTML that holds all it needs: no picture, no script, no address. What people typed is text in it, in the
/// margins too, where a style sheet writes it.
/// </summary>
internal static class PaperPage
{
    // Written into the words of the page number, to be found again there.
    private const string Page = "\u0001", Pages = "\u0002";

    /// <exception cref="RefusedException">It has more rows than are printed in one go.</exception>
    public static async Task<string> Of(PaperSheet sheet, Words words)
    {
        if (sheet.Rows > PaperSheet.MostRows)
        {
            throw new RefusedException(PaperSheet.TooLong, ("limit", PaperSheet.MostRows));
        }

        await using ServiceProvider services = new ServiceCollection().AddSingleton(words).BuildServiceProvider();
        await using HtmlRenderer renderer = new(services, NullLoggerFactory.Instance);
        string drawn = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync(sheet.Drawing, ParameterView.FromDictionary(sheet.Facts.ToDictionary())))
            .ToHtmlString());
        string title = HtmlEncoder.Default.Encode(sheet.Title);
        return $"""
            <!DOCTYPE html>
            <html lang="{HtmlEncoder.Default.Encode(sheet.Language)}">
            <head><meta charset="utf-8"><title>{title}</title>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <style>{Style("paper")}{Margins(sheet, words)}{Style(sheet.Style)}</style></head>
            <body>{drawn}</body>
            </html>
            """;
    }

    /// <summary>A text between quotes in a style sheet: letters and digits as they are, everything else by its number.</summary>
    public static string Quoted(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (Rune rune in SheetText.Clean(text).EnumerateRunes())
        {
            quoted.Append(Rune.IsLetterOrDigit(rune) ? rune.ToString()
                : string.Create(CultureInfo.InvariantCulture, $"\\{rune.Value:x} "));
        }

        return quoted.Append('"').ToString();
    }

    private static string Margins(PaperSheet sheet, Words words)
    {
        string size = sheet.Side == PaperSide.Across ? "landscape" : "portrait";
        if (sheet.Body.Length == 0)
        {
            return $"@page {{ size: A4 {size}; }}";
        }

        string margin = $$"""
            @page { size: A4 {{size}}; margin: 18mm 12mm 16mm 20mm; }
            """;
        return !sheet.IsNumbered ? margin : $$"""
            {{margin}}
            @page {
              @top-left { content: {{Quoted(sheet.Body)}}; }
              @top-right { content: {{Quoted(sheet.Title)}}; }
              @bottom-center { content: {{Numbers(words["paper.page-of", Page, Pages])}}; }
            }
            @page :first { @top-left { content: none; } @top-right { content: none; } }
            """;
    }

    private static string Numbers(string words) => string.Join(' ', words.Split(Page).Select((part, at) =>
        (at == 0 ? "" : "counter(page) ") + string.Join(" counter(pages) ", part.Split(Pages).Select(Quoted))));

    private static string Style(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"paper/{name}.css")
            ?? throw new InvalidOperationException($"There is no style sheet {name}.css.");
        using StreamReader text = new(stream);
        return text.ReadToEnd();
    }
}
