using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CommunityFund.Tests;

/// <summary>What other programs read in a PDF.</summary>
public static class Pdf
{
    /// <summary>Its text as a reader selects it, laid out in columns.</summary>
    public static Task<string> Text(byte[] pdf) => Read("pdftotext", pdf, ["-layout", "-enc", "UTF-8"], ["-"]);

    public static async Task<int> Pages(byte[] pdf) =>
        int.Parse(Regex.Match(await Info(pdf), @"Pages:\s+(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);

    public static Task<string> Info(byte[] pdf) => Read("pdfinfo", pdf, [], []);

    /// <summary>One line for each font: name, type, whether it is embedded.</summary>
    public static async Task<IReadOnlyList<string>> Fonts(byte[] pdf) =>
        [.. (await Read("pdffonts", pdf, [], [])).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2)];

    private static async Task<string> Read(string program, byte[] pdf, string[] before, string[] after)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, pdf);
            using Process process = Process.Start(new ProcessStartInfo(program, [.. before, file, .. after])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                StandardOutputEncoding = System.Text.Encoding.UTF8,
            })!;
            string text = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0, program);
            return text;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
